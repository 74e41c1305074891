using Berth.Packaging.Manifest;

namespace Berth.Registry.Search;

/// <summary>What is searched of a plugin, in three weights; words separated by blanks.</summary>
/// <param name="Title">Slug and display name.</param>
/// <param name="Other">Keywords, category, author.</param>
/// <param name="Body">The description.</param>
internal sealed record SearchDocument(string Title, string Other, string Body)
{
    private const int MaxWords = 2_000;

    public static SearchDocument Of(PluginManifest manifest) => new(
        Join(SearchWords.Split(manifest.Name, splitCase: true).Concat(SearchWords.Split(manifest.DisplayName, splitCase: true))),
        Join(manifest.Keywords.Append(manifest.Category).Append(manifest.Author).SelectMany(text => SearchWords.Split(text, splitCase: false))),
        Join(SearchWords.Split(manifest.Description, splitCase: false)));

    // A word counts once in each text: who repeats it is no better match.
    private static string Join(IEnumerable<string> words) => string.Join(' ', words.Take(MaxWords).Distinct(StringComparer.Ordinal));
}
