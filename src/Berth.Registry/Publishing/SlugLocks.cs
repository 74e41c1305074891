namespace Berth.Registry.Publishing;

/// <summary>
/// One publish of a plugin at a time in this process, so that of two different packages with one version the loser is
/// told so before its bytes are kept. Other nodes are held off by the rows' keys.
/// </summary>
internal sealed class SlugLocks
{
    // Striped: two plugins that share a stripe wait for each other, which costs a moment and keeps memory bounded.
    private readonly SemaphoreSlim[] _stripes = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1))];

    public async Task<IDisposable> TakeAsync(string slug, CancellationToken cancellationToken)
    {
        var stripe = _stripes[(uint)StringComparer.OrdinalIgnoreCase.GetHashCode(slug) % (uint)_stripes.Length];
        await stripe.WaitAsync(cancellationToken);
        return new Taken(stripe);
    }

    private sealed class Taken(SemaphoreSlim stripe) : IDisposable
    {
        public void Dispose() => stripe.Release();
    }
}
