using Berth.Lifecycle.Migration.OldLayout;

namespace Berth.Lifecycle.Migration.Planning;

/// <summary>Puts together what the report lists: what the reader found, and what only the plan can tell.</summary>
internal static class PlanFindings
{
    public static IReadOnlyList<OldFinding> Collect(
        OldSystem old, IReadOnlyList<PlannedInstallation> installations, IReadOnlyList<PlannedContent> contents)
    {
        // Which contents are equal is the plan's to say; the reader may have noted it too.
        List<OldFinding> findings =
            [.. old.Findings.Where(finding => finding.Bucket is not (OldBucket.IdenticalDuplicate or OldBucket.SameVersionOtherBytes))];
        findings.AddRange(contents.SelectMany(Equal));
        findings.AddRange(contents.Where(content => content.Version != content.OldVersion).SelectMany(Other));
        findings.AddRange(installations.Select(NotCarried).OfType<OldFinding>().Where(finding => !findings.Exists(known => IsSame(known, finding))));
        return
        [
            .. findings
                .OrderBy(finding => finding.Bucket)
                .ThenBy(finding => finding.Slug, StringComparer.Ordinal)
                .ThenBy(finding => finding.Version, StringComparer.Ordinal)
                .ThenBy(finding => finding.UserId, StringComparer.Ordinal)
                .ThenBy(finding => finding.Path, StringComparer.Ordinal),
        ];
    }

    private static IEnumerable<OldFinding> Equal(PlannedContent content) => content.Holders.DistinctBy(holder => holder.Folder!.Path).Skip(1).Select(holder => new OldFinding(
        OldBucket.IdenticalDuplicate, holder.UserId, content.Slug, content.OldVersion, null, $"The same bytes as another user's: stored once, as {content.Version}."));

    private static IEnumerable<OldFinding> Other(PlannedContent content) => content.Holders.Select(holder => new OldFinding(
        OldBucket.SameVersionOtherBytes, holder.UserId, content.Slug, content.OldVersion, null,
        $"Other bytes than the content that keeps the number{(content.IsTruncated ? " (truncated)" : "")}: becomes {content.Version}."));

    private static OldFinding? NotCarried(PlannedInstallation installation)
    {
        var old = installation.Old;
        return installation.Fate switch
        {
            InstallationFate.KeptPrivately => new(OldBucket.FilesWithoutRow, old.UserId, old.Slug, old.Version, null,
                $"The old system did not show it as installed. Its user may install it in Berth as {installation.Content?.Version}."),
            InstallationFate.NotMigrated => new(BucketOf(installation), old.UserId, old.Slug, old.Version, null, installation.Reason!),
            _ => null,
        };
    }

    private static OldBucket BucketOf(PlannedInstallation installation) =>
        installation.UserId is null ? OldBucket.UnknownUser
        : installation.Old is { Row: not null, Folder: null or { Files.Count: 0 } } ? OldBucket.RowWithoutFiles
        : OldBucket.NotMigrated;

    private static bool IsSame(OldFinding known, OldFinding finding) =>
        known.Bucket == finding.Bucket && known.UserId == finding.UserId && known.Slug == finding.Slug && (known.Version == finding.Version || known.Version is null);
}
