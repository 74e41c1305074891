namespace Berth.Data.Sessions;

/// <summary>Tells whoever follows a table that this process has committed something. Costs a read of a flag while nobody does.</summary>
public sealed class CommitSignal
{
    private volatile TaskCompletionSource? _next;

    /// <summary>Ends with the next commit. Take it before looking, so that no commit falls between.</summary>
    public Task NextAsync()
    {
        while (true)
        {
            if (_next is { } waiting)
                return waiting.Task;
            var fresh = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (Interlocked.CompareExchange(ref _next, fresh, null) is null)
                return fresh.Task;
        }
    }

    /// <summary>Something was committed.</summary>
    public void Pulse()
    {
        if (_next is not null)
            Interlocked.Exchange(ref _next, null)?.TrySetResult();
    }
}
