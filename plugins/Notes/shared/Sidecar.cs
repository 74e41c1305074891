namespace Notes;

/// <summary>
/// Where an older version keeps, word for word, the documents of a newer one that it cannot hold itself: under
/// <c>kept/{their key}</c>. Going back up, the newer version finds them there, so that a round trip loses nothing.
/// </summary>
public static class Sidecar
{
    public const string Prefix = "kept/";

    public static string KeyOf(string key) => Prefix + key;

    public static bool IsKept(string key) => key.StartsWith(Prefix, StringComparison.Ordinal);

    public static string OriginalOf(string key) => key[Prefix.Length..];
}
