using System.IO.Enumeration;

namespace Berth.Host.Caches;

/// <summary>Which entries of the caches are meant; what is <see langword="null"/> excludes none.</summary>
/// <param name="Cache">The name of one cache.</param>
/// <param name="Plugin">A slug, without regard to case.</param>
/// <param name="Pattern"><c>slug/version</c> with <c>*</c> and <c>?</c>, for example <c>Notes/1.*</c>.</param>
public sealed record CacheSelection(string? Cache = null, string? Plugin = null, string? Pattern = null)
{
    internal bool Includes(ContentKey key) =>
        (Plugin is null || string.Equals(Plugin, key.Plugin.Slug, StringComparison.OrdinalIgnoreCase))
        && (Pattern is null || FileSystemName.MatchesSimpleExpression(Pattern, key.Name, ignoreCase: true));
}
