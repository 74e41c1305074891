namespace Berth.Registry.Search;

/// <summary>The words of a query in the forms that names and texts are compared in.</summary>
internal sealed class QueryText
{
    public QueryText(string text)
    {
        Folded = SearchWords.Fold(text);
        Compact = LookAlikes.Compact(Folded);
        Skeleton = LookAlikes.Skeleton(Folded);
        Words = SearchWords.OfQuery(text);
    }

    /// <summary>As a whole, lower case.</summary>
    public string Folded { get; }

    /// <summary>Its letters and digits.</summary>
    public string Compact { get; }

    /// <summary>What everything that looks like it has in common.</summary>
    public string Skeleton { get; }

    /// <summary>Its words, each once.</summary>
    public IReadOnlyList<string> Words { get; }
}
