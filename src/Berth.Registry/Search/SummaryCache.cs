using Microsoft.Extensions.Caching.Memory;

namespace Berth.Registry.Search;

/// <summary>Summaries of plugins that are shown often, bounded by their bytes. They belong to a listing, which never changes.</summary>
internal sealed class SummaryCache : IDisposable
{
    /// <summary>What it holds at most.</summary>
    public const long MaxBytes = 32 * 1024 * 1024;
    private readonly MemoryCache _summaries = new(new MemoryCacheOptions { SizeLimit = MaxBytes });

    public bool TryGet(Listing listing, out ReadOnlyMemory<byte> summary)
    {
        var found = _summaries.TryGetValue<byte[]>(listing, out var bytes);
        summary = bytes;
        return found;
    }

    /// <summary>Keeps a summary.</summary>
    public void Put(Listing listing, byte[] summary) =>
        _summaries.Set(listing, summary, new MemoryCacheEntryOptions { Size = SizeOf(summary) });

    /// <summary>What one counts, its entry included.</summary>
    public static long SizeOf(byte[] summary) => summary.Length + 256;

    public void Dispose() => _summaries.Dispose();
}
