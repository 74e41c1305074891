namespace Berth.Lifecycle.Store.Codings;

/// <summary>What came of compressing one content again with all effort.</summary>
/// <param name="Smaller">The codings that became smaller, with their new sizes.</param>
/// <param name="IsZstdNeeded">Whether zstd is still smaller than gzip.</param>
internal sealed record RecodedFile(IReadOnlyDictionary<string, long> Smaller, bool IsZstdNeeded)
{
    /// <summary>The entry that says so.</summary>
    public StoreIndexFile In(StoreIndexFile entry) => entry with
    {
        Br = Smaller.TryGetValue(CodedNames.Brotli, out var br) ? br : entry.Br,
        Gz = Smaller.TryGetValue(CodedNames.Gzip, out var gz) ? gz : entry.Gz,
        Zst = !IsZstdNeeded ? null : Smaller.TryGetValue(CodedNames.Zstd, out var zst) ? zst : entry.Zst,
        Thorough = [.. Smaller.Keys.Where(coding => IsZstdNeeded || coding != CodedNames.Zstd).Order(StringComparer.Ordinal)],
    };
}
