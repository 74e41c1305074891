namespace Berth.Registry.Search;

/// <summary>The listings of a segment with their <see cref="ListingFacts"/>, keywords and weights, by index.</summary>
internal sealed class ListingTable
{
    private const int WeightBits = 16;
    private const int DayBits = 20;
    private const long RevisionMask = (1L << 27) - 1;

    private readonly Listing[] _listings;
    private readonly ListingFacts[] _facts;
    private readonly int[] _keywords;

    // Each with the day and the revision of the counts it was worked out for.
    private readonly long[] _weights;

    /// <summary>Gathers the facts.</summary>
    public ListingTable(Listing[] listings)
    {
        _listings = listings;
        _facts = new ListingFacts[listings.Length];
        _weights = new long[listings.Length];
        Array.Fill(_weights, -1);
        _keywords = new int[listings.Sum(listing => listing.Keywords.Length)];
        var next = 0;
        for (var i = 0; i < listings.Length; i++)
        {
            _facts[i] = ListingFacts.Of(listings[i], next);
            foreach (var keyword in listings[i].Keywords)
                _keywords[next++] = keyword.Number;
        }
    }

    /// <summary>How many there are.</summary>
    public int Count => _listings.Length;

    /// <summary>All of them.</summary>
    public IReadOnlyList<Listing> Listings => _listings;

    /// <summary>A listing.</summary>
    public Listing this[int index] => _listings[index];

    /// <summary>Its facts.</summary>
    public ref readonly ListingFacts FactsOf(int index) => ref _facts[index];

    /// <summary>The numbers of its keywords.</summary>
    public ReadOnlySpan<int> KeywordsOf(in ListingFacts facts) => _keywords.AsSpan(facts.FirstKeyword, facts.KeywordCount);

    /// <summary>
    /// Percent by which a match is lifted. Worked out once for a day and a revision of the counts: the revision is read before the
    /// counts and raised after them, so a weight of old counts never bears a new revision.
    /// </summary>
    /// <param name="index">The listing.</param>
    /// <param name="day">The day that recent downloads are judged on.</param>
    /// <param name="revision">Of the counts, read before this search looked at any.</param>
    public int WeightOf(int index, int day, long revision)
    {
        // A cursor brings its day along: one from far away has to pass for no other.
        if (day is < 0 or >= 1 << DayBits)
            return _listings[index].WeightOn(day);
        var stamp = ((revision & RevisionMask) << DayBits) | (uint)day;
        ref var known = ref _weights[index];
        var before = Volatile.Read(ref known);
        if (before >> WeightBits == stamp)
            return (int)(before & ((1 << WeightBits) - 1));
        var weight = _listings[index].WeightOn(day);
        Volatile.Write(ref known, (stamp << WeightBits) | (uint)weight);
        return weight;
    }
}
