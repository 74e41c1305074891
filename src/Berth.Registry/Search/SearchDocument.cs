using System.Text;
using Berth.Packaging.Manifest;

namespace Berth.Registry.Search;

/// <summary>What is searched of a plugin, in three weights.</summary>
/// <param name="Title">Slug and display name.</param>
/// <param name="Keywords">Keywords, category, author.</param>
/// <param name="Body">The description.</param>
internal sealed record SearchDocument(IReadOnlyList<string> Title, IReadOnlyList<string> Keywords, IReadOnlyList<string> Body)
{
    private const int MaxWords = 2_000;

    public static SearchDocument Of(PluginManifest manifest) => new(
        [.. SearchWords.Split(manifest.Name, splitCase: true).Concat(SearchWords.Split(manifest.DisplayName, splitCase: true)).Take(MaxWords)],
        [.. manifest.Keywords.Append(manifest.Category).Append(manifest.Author).SelectMany(k => SearchWords.Split(k, splitCase: false)).Take(MaxWords)],
        [.. SearchWords.Split(manifest.Description, splitCase: false).Take(MaxWords)]);

    /// <summary>
    /// PostgreSQL's text form of a <c>tsvector</c> (manual, section 8.11.1). The words are letters and digits, so quoting
    /// them is all the escaping there is.
    /// </summary>
    public string ToLexemes()
    {
        var text = new StringBuilder();
        var position = 0;
        foreach (var (words, weight) in new[] { (Title, 'A'), (Keywords, 'B'), (Body, 'D') })
        {
            foreach (var word in words)
                text.Append('\'').Append(word).Append("':").Append(++position).Append(weight).Append(' ');
        }

        return text.ToString();
    }
}
