namespace Berth.Registry.Scanning;

/// <summary>Wakes the service that runs scans of everything.</summary>
internal sealed class ScanRunSignal : IDisposable
{
    private readonly SemaphoreSlim _signal = new(0);

    public void Set() => _signal.Release();

    /// <summary>Returns when there is something to do, or after the time.</summary>
    public Task WaitAsync(TimeSpan most, CancellationToken cancellationToken) => _signal.WaitAsync(most, cancellationToken);

    public void Dispose() => _signal.Dispose();
}
