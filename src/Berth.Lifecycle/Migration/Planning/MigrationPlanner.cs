using System.Text;
using Berth.Lifecycle.Migration.OldLayout;
using Berth.Lifecycle.Store;
using Berth.Packaging.Versioning;

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
        var contents = Contents(old, target, drafts);
        var byKey = contents.ToDictionary(content => content.Key, StringComparer.Ordinal);
        List<PlannedInstallation> installations = [.. drafts.Select(draft => new PlannedInstallation(
            draft.Old, draft.UserId, draft.HasContent ? byKey[draft.ContentKey] : null, draft.Fate, draft.Reason))];
        return new MigrationPlan(
            Fingerprints.Of(old), users, contents, installations, PlanFindings.Collect(old, installations, contents), old.Bytes);
    }

    private static List<PlannedContent> Contents(OldSystem old, TargetState target, IReadOnlyList<InstallationDraft> drafts)
    {
        var truncated = new TruncatedFolders(old);
        var versions = new ContentVersions(target);
        return
        [
            .. drafts
                .Where(draft => draft.HasContent)
                .GroupBy(draft => (draft.Old.Slug, draft.Old.Version))
                .OrderBy(group => group.Key.Slug, StringComparer.Ordinal)
                .ThenBy(group => group.Key.Version, StringComparer.Ordinal)
                .SelectMany(group => versions.Assign(group.Key.Slug, group.Key.Version, group.GroupBy(draft => draft.ContentKey, StringComparer.Ordinal).Select(Distinct))),
        ];

        DistinctContent Distinct(IEnumerable<InstallationDraft> same)
        {
            List<InstallationDraft> holders = [.. same.OrderBy(draft => draft.UserId, StringComparer.Ordinal)];
            return new DistinctContent(
                holders[0].Old.Folder!,
                holders.Exists(draft => truncated.Contains(draft.Old)),
                holders.Count(draft => draft.Fate != InstallationFate.KeptPrivately),
                holders.ConvertAll(draft => draft.Old));
        }
    }
}

/// <summary>An installation with what was decided on it, before its package has a number.</summary>
internal sealed record InstallationDraft(OldInstallation Old, string? UserId, InstallationFate Fate, string? Reason = null)
{
    public bool HasContent => Fate is not InstallationFate.NotMigrated && Old.Folder is { Files.Count: > 0 };

    public string ContentKey => $"{Old.Slug}/{Old.Version}/{Old.Folder!.ContentDigest}";
}

/// <summary>Decides, installation by installation, whether it can be carried over.</summary>
internal sealed class InstallationDrafts(OldSystem old, TargetState target, IReadOnlyList<PlannedUser> users)
{
    private readonly Dictionary<string, PlannedUser> _users = users.ToDictionary(user => user.Old.Id, StringComparer.Ordinal);
    private readonly Dictionary<string, string> _spelling = Spellings(old, target);
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    public IReadOnlyList<InstallationDraft> Judge()
    {
        // Rows first: when a user has a row and a stray folder of one plugin, the row is the installation.
        var order = old.Installations.Select((installation, index) => (installation, index)).ToList();
        var judged = new InstallationDraft[order.Count];
        foreach (var (installation, index) in order.OrderBy(one => one.installation.Row is null).ThenBy(one => one.index))
            judged[index] = Judge(installation);
        return judged;
    }

    private InstallationDraft Judge(OldInstallation installation)
    {
        if (!_users.TryGetValue(installation.UserId, out var user))
            return Not(installation, null, "Its user is not in the table 'users'. Create the user in the old system with this id and migrate again.");
        var userId = user.Old.NewId;
        if (!StorePaths.IsSlug(installation.Slug) || installation.Slug.EndsWith('.'))
            return Not(installation, userId, $"'{installation.Slug}' cannot be a plugin's name. Rename it in the old system: a letter, then letters, digits, '.', '_' or '-'.");
        if (!SemanticVersion.TryParse(installation.Version, out _))
            return Not(installation, userId, $"'{installation.Version}' is no version. Write three numbers into the old row, for example 1.0.0.");
        var folded = TargetState.Fold(installation.Slug);
        if (_spelling[folded] != installation.Slug)
            return Not(installation, userId, $"The same plugin is spelled '{_spelling[folded]}' elsewhere; upper and lower case do not tell plugins apart. Correct the spelling in the old system.");
        if (installation.Folder is not { Files.Count: > 0 })
            return Not(installation, userId, "There are no files. Install the plugin anew in Berth; the settings are in the old row.");
        if (installation.Row is null)
            return new InstallationDraft(installation, userId, InstallationFate.KeptPrivately);

        var pluginId = TargetState.Fold($"{userId}_{installation.Slug}");
        if (!_seen.Add(pluginId))
            return Not(installation, userId, "The user has this plugin twice; the first row was carried over. Delete one of the rows.");
        if (target.ByUnfinished.Installations.Contains(pluginId))
            return new InstallationDraft(installation, userId, InstallationFate.Migrated);
        if (target.ByFinished.Installations.Contains(pluginId))
            return new InstallationDraft(installation, userId, InstallationFate.AlreadyMigrated);
        return target.Installations.Contains(pluginId)
            ? Not(installation, userId, "The user has this plugin in Berth already, not from a migration. Uninstall it there to take the old one over.")
            : new InstallationDraft(installation, userId, InstallationFate.Migrated);
    }

    private static InstallationDraft Not(OldInstallation installation, string? userId, string reason) =>
        new(installation, userId, InstallationFate.NotMigrated, reason);

    private static Dictionary<string, string> Spellings(OldSystem old, TargetState target) => old.Installations
        .GroupBy(installation => TargetState.Fold(installation.Slug), StringComparer.Ordinal)
        .ToDictionary(
            group => group.Key,
            group => target.Slugs.GetValueOrDefault(group.Key) ?? group
                .GroupBy(installation => installation.Slug, StringComparer.Ordinal)
                .OrderByDescending(spelled => spelled.Count(installation => installation.Row is not null))
                .ThenBy(spelled => spelled.Key, StringComparer.Ordinal)
                .First().Key,
            StringComparer.Ordinal);
}

/// <summary>Which folders the reader found truncated.</summary>
internal sealed class TruncatedFolders(OldSystem old)
{
    private readonly List<OldFinding> _findings = [.. old.Findings.Where(finding => finding.Bucket == OldBucket.Truncated)];

    public bool Contains(OldInstallation installation) => _findings.Exists(finding =>
        finding.Slug == installation.Slug && finding.Version == installation.Version
        && (finding.UserId is null ? IsAt(installation, finding.Path) : finding.UserId == installation.UserId));

    // A tree that users share has no user; its place tells which one is meant.
    private static bool IsAt(OldInstallation installation, string? path) =>
        path is not null && installation.Folder is { } folder
        && new StringBuilder(folder.Path).Replace('\\', '/').Append('/').ToString().Contains("/" + path.Trim('/') + "/", StringComparison.Ordinal);
}
