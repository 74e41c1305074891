using Berth.Lifecycle.Migration.OldLayout;
using Berth.Packaging.Versioning;

namespace Berth.Lifecycle.Migration.Planning;

/// <summary>
/// Gives every distinct content a version of its own. The content that most users have keeps the number; every other one
/// gets <c>+sha.</c> and the first digits of its digest, as many as make it unique. A truncated content never gets the
/// plain number: a good copy may turn up later, and nobody must take a broken one for it (R33).
/// </summary>
internal sealed class ContentVersions(TargetState target)
{
    private const int ShortestDigest = 8;

    /// <summary>The contents of one slug and version, each with its number; the one with the plain number first.</summary>
    public IReadOnlyList<PlannedContent> Assign(string slug, string oldVersion, IEnumerable<DistinctContent> contents)
    {
        var ordered = contents
            .OrderBy(content => content.IsTruncated)
            .ThenByDescending(content => content.Users)
            .ThenBy(content => content.Folder.ContentDigest, StringComparer.Ordinal)
            .ToList();
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var made in ordered.Select(content => MadeAs(slug, oldVersion, content)).OfType<string>())
            taken.Add(made);
        List<PlannedContent> planned = [];
        foreach (var content in ordered)
        {
            var version = MadeAs(slug, oldVersion, content) ?? Choose(slug, oldVersion, content, taken);
            taken.Add(version);
            var key = $"{slug}/{oldVersion}/{content.Folder.ContentDigest}";
            planned.Add(new PlannedContent(
                slug, oldVersion, version, content.Folder, content.IsTruncated, content.Holders, target.ByFinished.Packages.GetValueOrDefault(key)?.Digest));
        }

        return planned;
    }

    private string? MadeAs(string slug, string oldVersion, DistinctContent content)
    {
        var key = $"{slug}/{oldVersion}/{content.Folder.ContentDigest}";
        return (target.ByUnfinished.Packages.GetValueOrDefault(key) ?? target.ByFinished.Packages.GetValueOrDefault(key))?.Version;
    }

    private string Choose(string slug, string oldVersion, DistinctContent content, HashSet<string> taken)
    {
        if (!content.IsTruncated && IsFree(oldVersion))
            return oldVersion;
        var digest = content.Folder.ContentDigest;
        for (var length = ShortestDigest; length < digest.Length; length++)
        {
            if (WithDigest(oldVersion, digest[..length]) is var version && IsFree(version))
                return version;
        }

        return WithDigest(oldVersion, digest);

        bool IsFree(string version) => !taken.Contains(version) && !target.Versions.Contains(TargetState.Fold($"{slug}/{version}"));
    }

    private static string WithDigest(string version, string digest) =>
        SemanticVersion.Parse(version).BuildMetadata.Length == 0 ? $"{version}+sha.{digest}" : $"{version}.sha.{digest}";
}

/// <summary>Equal bytes under one slug and version.</summary>
/// <param name="Folder">The first holder's.</param>
/// <param name="IsTruncated">Whether files are missing or cut off.</param>
/// <param name="Users">How many users have it as an installation.</param>
/// <param name="Holders">Everybody who has it, by new user id.</param>
internal sealed record DistinctContent(OldFolder Folder, bool IsTruncated, int Users, IReadOnlyList<OldInstallation> Holders);
