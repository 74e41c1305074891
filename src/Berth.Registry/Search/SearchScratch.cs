using System.Collections.Concurrent;

namespace Berth.Registry.Search;

/// <summary>
/// What a search counts in: as large as the index, so it is lent from one search to the next and swept where it was written
/// to. Making it anew for each would be most of the work of many searches.
/// </summary>
internal sealed class SearchScratch
{
    // Search is bound by the processor; what more at once need is made and thrown away.
    private static readonly int MostKept = Environment.ProcessorCount + 1;
    private static readonly ConcurrentQueue<SearchScratch> Kept = new();
    private static int _keptCount;

    private readonly List<int> _touched = [];
    private Row[] _rows = [];

    /// <summary>What was found.</summary>
    public List<Match> Matches { get; } = [];

    /// <summary>Counts values among what was found.</summary>
    public FacetCount Facets { get; } = new();

    public static SearchScratch Rent()
    {
        if (!Kept.TryDequeue(out var scratch))
            return new SearchScratch();
        Interlocked.Decrement(ref _keptCount);
        return scratch;
    }

    /// <summary>Sweeps it and keeps it for the next search.</summary>
    public void Return()
    {
        Matches.Clear();
        Facets.Clear();
        if (Interlocked.Increment(ref _keptCount) <= MostKept)
            Kept.Enqueue(this);
        else
            Interlocked.Decrement(ref _keptCount);
    }

    /// <summary>Begins on a segment of so many plugins.</summary>
    public void Begin(int size)
    {
        // What a search left in the middle did not sweep is swept here.
        Sweep();
        if (_rows.Length < size)
            _rows = new Row[size];
    }

    /// <summary>Forgets what is known of the plugins of a segment.</summary>
    public void Sweep()
    {
        foreach (var index in _touched)
            _rows[index] = default;
        _touched.Clear();
    }

    /// <summary>Plugins that something is known of.</summary>
    public ReadOnlySpan<int> Touched => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_touched);

    /// <summary>A plugin's row.</summary>
    public ref Row this[int index] => ref _rows[index];

    /// <summary>To be called before a row is written to for the first time.</summary>
    public void Touch(int index)
    {
        ref var row = ref _rows[index];
        if (row.IsTouched)
            return;
        row.IsTouched = true;
        _touched.Add(index);
    }

    /// <summary>What is known of one plugin.</summary>
    public struct Row
    {
        /// <summary>Points of the words found so far.</summary>
        public int Points;

        /// <summary>Points of the last word found.</summary>
        public short Best;

        /// <summary>Words of the query found so far.</summary>
        public byte Words;

        /// <summary>Whether it was found by its name.</summary>
        public bool IsNamed;

        /// <summary>Whether it is among those to be swept.</summary>
        public bool IsTouched;
    }
}
