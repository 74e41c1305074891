using System.Text;
using Berth.Lifecycle.Migration.OldLayout;
using Berth.Lifecycle.Migration.Packages;
using Berth.Lifecycle.Migration.Planning;

namespace Berth.Lifecycle.Migration.Report;

/// <summary>Puts a report together from the plan and the figures.</summary>
internal static class ReportWriting
{
    public static MigrationReport Of(PreparedPlan prepared, MigrationFigures figures)
    {
        var plan = prepared.Plan;
        var saved = plan.OldBytes - figures.AddedBytes;
        return new MigrationReport(
            plan.Fingerprint,
            IsDone(plan),
            new UserFigures(plan.Users.Count, figures.UsersCreated, plan.Users.Count(user => user.Exists)),
            new InstallationFigures(
                plan.Installations.Count, figures.Migrated, Count(plan, InstallationFate.KeptPrivately),
                Count(plan, InstallationFate.AlreadyMigrated), Count(plan, InstallationFate.NotMigrated)),
            figures.Modules,
            new PackageFigures(plan.Contents.Count, figures.PackagesMade, [.. plan.Contents.Select(content => Package(prepared.Contents[content.Key]))]),
            new ByteFigures(plan.OldBytes, figures.AddedBytes, saved, plan.OldBytes == 0 ? 0 : Math.Round(100.0 * saved / plan.OldBytes, 2)),
            [.. Enum.GetValues<OldBucket>().Select(bucket => Bucket(plan, bucket))]);
    }

    /// <summary>Whether a plan leaves everything as it is.</summary>
    public static bool IsDone(MigrationPlan plan) =>
        plan.Users.All(user => user.Exists) && Count(plan, InstallationFate.Migrated) == 0 && Count(plan, InstallationFate.KeptPrivately) == 0;

    /// <summary><c>IdenticalDuplicate</c> as <c>identical_duplicate</c>.</summary>
    public static string NameOf(OldBucket bucket)
    {
        var name = new StringBuilder();
        foreach (var letter in bucket.ToString())
            name.Append(char.IsUpper(letter) && name.Length > 0 ? "_" : "").Append(char.ToLowerInvariant(letter));
        return name.ToString();
    }

    private static long Count(MigrationPlan plan, InstallationFate fate) => plan.Installations.LongCount(one => one.Fate == fate);

    private static ReportPackage Package(PreparedContent prepared)
    {
        var content = prepared.Content;
        return new ReportPackage(
            content.Slug, content.OldVersion, content.Version, prepared.Digest, content.Holders.Count, content.Folder.Files.Count, content.Folder.Bytes,
            content.IsTruncated,
            [.. prepared.Placement.Files.Where(file => file.IsElsewhere).Select(file => new ReportPlace(file.Old.Path, file.Path))],
            prepared.Placement.NotServed);
    }

    private static ReportBucket Bucket(MigrationPlan plan, OldBucket bucket)
    {
        List<ReportFinding> items =
            [.. plan.Findings.Where(finding => finding.Bucket == bucket).Select(finding => new ReportFinding(finding.UserId, finding.Slug, finding.Version, finding.Path, finding.Message))];
        return new ReportBucket(NameOf(bucket), items.Count, items);
    }
}
