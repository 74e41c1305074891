using System.Collections.Concurrent;

namespace Berth.Packaging.Scanning;

/// <summary>
/// What scanners found in files, by the file's path and digest and by the rules: the next version of a plugin mostly brings the
/// same files along, and a package that was validated is published next. Bounded; the half that was not asked for goes first.
/// </summary>
/// <param name="capacity">Entries, one a scanner and file.</param>
public sealed class ScanCache(int capacity = 50_000)
{
    private ConcurrentDictionary<string, IReadOnlyList<Finding>> _young = new(StringComparer.Ordinal);
    private ConcurrentDictionary<string, IReadOnlyList<Finding>> _old = new(StringComparer.Ordinal);
    private long _hits;
    private long _misses;

    /// <summary>Files that need not be looked at again.</summary>
    public long Hits => Interlocked.Read(ref _hits);

    /// <summary>Files that were looked at.</summary>
    public long Misses => Interlocked.Read(ref _misses);

    /// <summary>How many entries are kept.</summary>
    public int Count => _young.Count + _old.Count;

    internal IReadOnlyList<Finding>? Find(string key)
    {
        if (_young.TryGetValue(key, out var findings))
        {
            Interlocked.Increment(ref _hits);
            return findings;
        }

        if (_old.TryGetValue(key, out findings))
        {
            Interlocked.Increment(ref _hits);
            Put(key, findings);
            return findings;
        }

        Interlocked.Increment(ref _misses);
        return null;
    }

    internal void Put(string key, IReadOnlyList<Finding> findings)
    {
        _young[key] = findings;
        if (_young.Count > capacity / 2)
        {
            // Two generations: what nobody asked for while one filled is forgotten with the other.
            _old = _young;
            _young = new ConcurrentDictionary<string, IReadOnlyList<Finding>>(StringComparer.Ordinal);
        }
    }
}
