namespace Berth.Registry.Catalog;

/// <inheritdoc cref="IDownloadAudience" />
/// <remarks>
/// Remembers downloads as 64-bit hashes in a table of fixed size, sets of eight places each. A full set forgets one of its
/// places, so that under more than a quarter of a million downloads a day a few repeats count again; none that should count is
/// left out. Readers and writers touch single words: no lock.
/// </remarks>
internal sealed class DownloadAudience(TimeProvider time) : IDownloadAudience
{
    private const int Places = 8;
    private const int Sets = 1 << 15;

    // Parts of user agents of crawlers, link checkers, monitors and mirrors; see docs/search.md.
    private static readonly string[] Programs = ["bot", "crawl", "spider", "slurp", "archiver", "preview", "monitor", "uptime", "scan", "berth-mirror"];

    private readonly long[] _seen = new long[Sets * Places];
    private readonly ulong _seed = (ulong)Random.Shared.NextInt64();

    public bool Counts(string slug, string version, string caller, string? userAgent) =>
        !IsProgram(userAgent) && IsFirst(Hash(slug, version, caller, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).DayNumber));

    private static bool IsProgram(string? userAgent)
    {
        if (string.IsNullOrEmpty(userAgent))
            return false;
        foreach (var part in Programs)
        {
            if (userAgent.Contains(part, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    private bool IsFirst(long hash)
    {
        var set = _seen.AsSpan((int)((ulong)hash % Sets) * Places, Places);
        foreach (ref var place in set)
        {
            var seen = Volatile.Read(ref place);
            if (seen == hash)
                return false;
            // Of two that come at once, one finds the other here.
            if (seen == 0 && Interlocked.CompareExchange(ref place, hash, 0) is var before && (before == 0 || before == hash))
                return before == 0;
        }

        Volatile.Write(ref set[(int)((ulong)hash >> 60) % Places], hash);
        return true;
    }

    // Sixty-four bits, because the callers of one popular version are many; begun with a secret of this process, so that nobody
    // can look for two that collide.
    private long Hash(string slug, string version, string caller, int day)
    {
        var hash = Mix(_seed ^ (ulong)day);
        foreach (var text in (ReadOnlySpan<string>)[caller, slug, version])
        {
            foreach (var c in text)
                hash = (hash ^ c) * 0x9E3779B97F4A7C15;
            hash = Mix(hash ^ (ulong)text.Length);
        }

        return hash == 0 ? 1 : (long)hash;
    }

    private static ulong Mix(ulong bits)
    {
        bits = (bits ^ (bits >> 32)) * 0xD6E8FEB86659FD93;
        bits = (bits ^ (bits >> 29)) * 0xA0761D6478BD642F;
        return bits ^ (bits >> 32);
    }
}
