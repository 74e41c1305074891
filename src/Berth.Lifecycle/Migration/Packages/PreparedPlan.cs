using Berth.Lifecycle.Migration.OldLayout;
using Berth.Lifecycle.Migration.Planning;

namespace Berth.Lifecycle.Migration.Packages;

/// <summary>A plan whose packages were all made once, in memory, so that what cannot be packed is known before anything is written.</summary>
internal sealed record PreparedPlan(MigrationPlan Plan, IReadOnlyDictionary<string, PreparedContent> Contents)
{
    /// <summary>Makes every package that is not there yet, and takes out of the plan what cannot be one.</summary>
    public static async Task<PreparedPlan> PrepareAsync(
        MigrationPlan plan, PackageMaker maker, Action<int, int> progress, CancellationToken cancellationToken)
    {
        var contents = new Dictionary<string, PreparedContent>(StringComparer.Ordinal);
        foreach (var content in plan.Contents)
        {
            progress(contents.Count, plan.Contents.Count);
            contents[content.Key] = content.MadeDigest is { } digest
                ? new PreparedContent(content, digest, 0, PackageMaker.PlacementOf(content), [])
                : PreparedContent.Of(await maker.MakeAsync(content, cancellationToken));
        }

        progress(contents.Count, plan.Contents.Count);
        return new PreparedPlan(Without(plan, contents), contents);
    }

    private static MigrationPlan Without(MigrationPlan plan, Dictionary<string, PreparedContent> contents)
    {
        if (contents.Values.All(content => content.IsPackable))
            return plan;
        List<PlannedInstallation> installations = [.. plan.Installations.Select(Judge)];
        var refused = installations.Where(one => one.Fate == InstallationFate.NotMigrated && !plan.Installations.Contains(one));
        return plan with
        {
            Installations = installations,
            Contents = [.. plan.Contents.Where(content => contents[content.Key].IsPackable)],
            Findings =
            [
                .. plan.Findings,
                .. refused.Select(one => new OldFinding(OldBucket.NotMigrated, one.Old.UserId, one.Old.Slug, one.Old.Version, null, one.Reason!)),
            ],
        };

        PlannedInstallation Judge(PlannedInstallation installation) =>
            installation.Content is { } content && contents[content.Key] is { IsPackable: false } prepared
                ? installation with
                {
                    Content = null,
                    Fate = InstallationFate.NotMigrated,
                    Reason = "No package can be made of it: " + string.Join(" ", prepared.Refusals),
                }
                : installation;
    }
}

/// <summary>What is known of a package that was made.</summary>
/// <param name="Content">Of what.</param>
/// <param name="Digest">SHA-256 of its bytes; empty when there is none.</param>
/// <param name="NewBytes">What it takes on disk: the package, its files and their variants.</param>
/// <param name="Placement">Where the old files lie in it.</param>
/// <param name="Refusals">Why there is none.</param>
internal sealed record PreparedContent(
    PlannedContent Content, string Digest, long NewBytes, FilePlacement Placement, IReadOnlyList<string> Refusals)
{
    public bool IsPackable => Refusals.Count == 0;

    public static PreparedContent Of(MadePackage made) => new(
        made.Content, made.Package?.Digest ?? "", made.Package is { } package ? package.Size + package.UnpackedSize + made.VariantBytes : 0,
        made.Placement, made.Refusals);
}
