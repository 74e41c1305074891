namespace Berth.Registry.Search;

/// <summary>When names that resemble a query are looked for, how near they have to be, and what one is worth.</summary>
internal static class SimilarNames
{
    // Similar names are of use to who mistyped, and noise to who found what they meant.
    private const int EnoughFound = 5;
    private const int LeastLength = 4;

    /// <summary>Whether they are looked for after so many plugins were found otherwise.</summary>
    public static bool AreWanted(QueryText query, int found) => found < EnoughFound && query.Compact.Length >= LeastLength;

    /// <summary>Whether words of names are compared, and not only whole names: where that can find anything else.</summary>
    public static bool AreFoundByWords(QueryText query) => query.Words.Count > 1 || (query.Words.Count == 1 && query.Words[0] == query.Compact);

    /// <summary>The points of one that lies so many letters apart.</summary>
    public static int ScoreOf(int distance) => 100 - (20 * distance);
}
