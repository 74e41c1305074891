namespace Berth.Registry.Trust;

/// <summary>Tells whoever waits in this process that quarantines, levels or policies changed.</summary>
public sealed class TrustChanges
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _generation;

    /// <summary>Grows with every change.</summary>
    public int Generation => Volatile.Read(ref _generation);

    /// <summary>Ends with the next change. Take it before looking, so that no change falls between.</summary>
    public Task NextAsync() => Volatile.Read(ref _next).Task;

    /// <summary>Something changed; to be called after the commit.</summary>
    public void Tell()
    {
        Interlocked.Increment(ref _generation);
        Interlocked.Exchange(ref _next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }
}
