namespace Berth.Lifecycle.Migration.OldLayout;

/// <summary>
/// Says which folders are copies of each other and which only claim to be: the content decides identity. Of several
/// contents of one slug and version the leading one keeps the number: a whole one before a truncated one, then the one
/// with most users, then the smallest digest. A truncated content never keeps it.
/// </summary>
internal static class OldComparison
{
    private const int ShownDigest = 8;

    public static void Report(IEnumerable<OldInstallation> installations, OldFindings findings)
    {
        var versions = installations.Where(installation => installation is { Folder.Files.Count: > 0, Obstacle: null })
            .GroupBy(installation => (installation.Slug.ToUpperInvariant(), installation.Version));
        foreach (var version in versions)
        {
            var contents = version.GroupBy(installation => installation.Folder!.ContentDigest, StringComparer.Ordinal)
                .OrderBy(content => content.All(IsTruncated))
                .ThenByDescending(content => content.Count())
                .ThenBy(content => content.Key, StringComparer.Ordinal);
            foreach (var (content, i) in contents.Select((content, i) => (content, i)))
            {
                if (i > 0 || content.All(IsTruncated))
                    ReportOther(content, findings);
                ReportCopies(content, findings);
            }
        }
    }

    // A shared folder is one copy already, whoever uses it.
    private static void ReportCopies(IEnumerable<OldInstallation> content, OldFindings findings)
    {
        foreach (var copy in content.DistinctBy(installation => installation.Folder!.Path).Skip(1))
            findings.Add(OldBucket.IdenticalDuplicate, "The same bytes as another user's: stored once.", copy.UserId, copy.Slug, copy.Version);
    }

    private static void ReportOther(IGrouping<string, OldInstallation> content, OldFindings findings)
    {
        foreach (var one in content)
        {
            findings.Add(
                OldBucket.SameVersionOtherBytes, $"Other bytes than the content that keeps the number: becomes a version of its own, {one.Version}+sha.{content.Key[..ShownDigest]}.",
                one.UserId, one.Slug, one.Version);
        }
    }

    private static bool IsTruncated(OldInstallation installation) => installation.Folder!.Truncated.Count > 0;
}
