namespace Berth.Host.Graph;

/// <summary>How ties are broken: the manifest's <c>loadOrder</c>, then the slug, then the version, lowest first.</summary>
internal sealed class GraphOrder : IComparer<GraphVersion>
{
    public static GraphOrder Instance { get; } = new();

    public int Compare(GraphVersion? x, GraphVersion? y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        var order = x.LoadOrder.CompareTo(y.LoadOrder);
        order = order != 0 ? order : string.Compare(x.Id.Slug, y.Id.Slug, StringComparison.OrdinalIgnoreCase);
        order = order != 0 ? order : x.Version.CompareTo(y.Version);
        order = order != 0 ? order : string.CompareOrdinal(x.Id.Version, y.Id.Version);
        return order != 0 ? order : string.CompareOrdinal(x.Id.Slug, y.Id.Slug);
    }
}
