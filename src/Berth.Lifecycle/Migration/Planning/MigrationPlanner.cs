using Berth.Lifecycle.Migration.OldLayout;

namespace Berth.Lifecycle.Migration.Planning;

/// <summary>
/// Plans a migration: users → what cannot be carried over → distinct contents and their numbers → what becomes of each
/// installation → findings. A pure function: the same old system and target give the same plan, to the last byte.
/// </summary>
internal static class MigrationPlanner
{
    public static MigrationPlan Plan(OldSystem old, TargetState target)
    {
        var users = UserNames.Assign(old.Users, target);
        var drafts = new InstallationDrafts(old, target, users).Judge();
        var contents = Contents(target, drafts);
        var byKey = contents.ToDictionary(content => content.Key, StringComparer.Ordinal);
        List<PlannedInstallation> installations = [.. drafts.Select(draft => new PlannedInstallation(
            draft.Old, draft.UserId, draft.HasContent ? byKey[draft.ContentKey] : null, draft.Fate, draft.Reason))];
        return new MigrationPlan(
            Fingerprints.Of(old), users, contents, installations, PlanFindings.Collect(old, installations, contents), old.Bytes);
    }

    private static List<PlannedContent> Contents(TargetState target, IReadOnlyList<InstallationDraft> drafts)
    {
        var versions = new ContentVersions(target);
        return
        [
            .. drafts
                .Where(draft => draft.HasContent)
                .GroupBy(draft => (draft.Slug, draft.Old.Version))
                .OrderBy(group => group.Key.Slug, StringComparer.Ordinal)
                .ThenBy(group => group.Key.Version, StringComparer.Ordinal)
                .SelectMany(group => versions.Assign(group.Key.Slug, group.Key.Version, group.GroupBy(draft => draft.ContentKey, StringComparer.Ordinal).Select(Distinct))),
        ];

        DistinctContent Distinct(IEnumerable<InstallationDraft> same)
        {
            List<InstallationDraft> holders = [.. same.OrderBy(draft => draft.UserId, StringComparer.Ordinal)];
            return new DistinctContent(
                holders.MinBy(draft => draft.Old.Folder!.Truncated.Count)!.Old.Folder!,
                holders.TrueForAll(draft => draft.Old.Folder!.Truncated.Count > 0),
                holders.Count(draft => draft.Fate != InstallationFate.KeptPrivately),
                holders.ConvertAll(draft => draft.Old));
        }
    }
}
