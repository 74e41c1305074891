namespace Berth.Registry.Mirroring.Upstream;

/// <summary>One reader's hold on a package that is on its way from upstream.</summary>
public sealed class ArrivingPackage : IDisposable
{
    private PackageArrival? _arrival;

    internal ArrivingPackage(PackageArrival arrival) => _arrival = arrival;

    private PackageArrival Arrival => _arrival ?? throw new ObjectDisposedException(nameof(ArrivingPackage));

    /// <summary>Writes the bytes to a stream as they come. The last ones are written only when the digest of all is the promised one.</summary>
    /// <exception cref="UpstreamAwayException">The rest does not come, or is not what was promised; part of it was written.</exception>
    public Task CopyToAsync(Stream target, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        return Arrival.CopyToAsync(target, cancellationToken);
    }

    /// <summary>Waits until the whole is in the package store.</summary>
    /// <exception cref="UpstreamAwayException">It does not get there.</exception>
    internal Task WhenStoredAsync(CancellationToken cancellationToken) => Arrival.ShownAfterAsync(Arrival.Size - 1, cancellationToken).AsTask();

    /// <summary>Waits for the first bytes that may be shown. Answers whether there is still more to come after them.</summary>
    internal async Task<bool> ShowsBeforeItIsStoredAsync(CancellationToken cancellationToken)
    {
        await Arrival.ShownAfterAsync(0, cancellationToken);
        return !Arrival.IsStored;
    }

    /// <inheritdoc />
    public void Dispose() => Interlocked.Exchange(ref _arrival, null)?.Leave();
}
