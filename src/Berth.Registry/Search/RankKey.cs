namespace Berth.Registry.Search;

/// <summary>Where a plugin stands in an order: smaller comes first. A total order, so that a page can begin after any of them.</summary>
/// <param name="First">Compared first.</param>
/// <param name="Second">Then this.</param>
/// <param name="Text">Then this, by code units.</param>
/// <param name="Slug">Folded; decides at last.</param>
internal readonly record struct RankKey(long First, long Second, string Text, string Slug) : IComparable<RankKey>
{
    public int CompareTo(RankKey other)
    {
        var order = First.CompareTo(other.First);
        if (order == 0)
            order = Second.CompareTo(other.Second);
        if (order == 0)
            order = string.CompareOrdinal(Text, other.Text);
        return order != 0 ? order : string.CompareOrdinal(Slug, other.Slug);
    }
}
