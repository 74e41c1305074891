namespace Berth.Registry.Keys.Countersigning;

/// <summary>Wakes the service that countersigns again.</summary>
internal sealed class CountersignSignal : IDisposable
{
    private readonly SemaphoreSlim _signal = new(0);

    public void Set() => _signal.Release();

    /// <summary>Returns when there is something to do, or after the time.</summary>
    public Task WaitAsync(TimeSpan most, CancellationToken cancellationToken) => _signal.WaitAsync(most, cancellationToken);

    public void Dispose() => _signal.Dispose();
}
