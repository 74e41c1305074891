namespace Berth.Registry.Advisories.Rechecking;

/// <summary>Wakes the service that judges dependencies again.</summary>
internal sealed class RecheckSignal : IDisposable
{
    private readonly SemaphoreSlim _signal = new(0);

    public void Set() => _signal.Release();

    /// <summary>Returns when there is something to do, or after the time.</summary>
    public Task WaitAsync(TimeSpan most, CancellationToken cancellationToken) => _signal.WaitAsync(most, cancellationToken);

    public void Dispose() => _signal.Dispose();
}
