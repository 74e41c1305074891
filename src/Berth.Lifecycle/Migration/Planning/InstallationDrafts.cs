using Berth.Lifecycle.Migration.OldLayout;
using Berth.Lifecycle.Store;
using Berth.Packaging.Versioning;

namespace Berth.Lifecycle.Migration.Planning;

/// <summary>An installation with what was decided on it, before its package has a number.</summary>
internal sealed record InstallationDraft(OldInstallation Old, string Slug, string? UserId, InstallationFate Fate, string? Reason = null)
{
    public bool HasContent => Fate is not InstallationFate.NotMigrated && Old.Folder is { Files.Count: > 0 };

    public string ContentKey => $"{Slug}/{Old.Version}/{Old.Folder!.ContentDigest}";
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
        if (installation.Obstacle is { } obstacle)
            return Not(installation, userId, obstacle);
        if (!StorePaths.IsSlug(installation.Slug) || installation.Slug.EndsWith('.'))
            return Not(installation, userId, $"'{installation.Slug}' cannot be a plugin's name. Rename it in the old system: a letter, then letters, digits, '.', '_' or '-'.");
        if (!SemanticVersion.TryParse(installation.Version, out _))
            return Not(installation, userId, $"'{installation.Version}' is no version. Write three numbers into the old row, for example 1.0.0.");
        if (installation.Folder is not { Files.Count: > 0 })
            return Not(installation, userId, "There are no files. Install the plugin anew in Berth; the settings are in the old row.");
        var slug = _spelling[TargetState.Fold(installation.Slug)];
        return installation.Row is null ? WithoutRow(new InstallationDraft(installation, slug, userId, InstallationFate.KeptPrivately)) : WithRow(installation, slug, userId);
    }

    private InstallationDraft WithoutRow(InstallationDraft draft) =>
        target.ByFinished.Packages.TryGetValue(draft.ContentKey, out var made) && target.ByFinished.Readers.Contains($"{made.Digest}/{draft.UserId}")
            ? draft with { Fate = InstallationFate.AlreadyMigrated }
            : draft;

    private InstallationDraft WithRow(OldInstallation installation, string slug, string userId)
    {
        var pluginId = TargetState.Fold($"{userId}_{slug}");
        if (!_seen.Add(pluginId))
            return Not(installation, userId, "The user has this plugin twice; the first row was carried over. Delete one of the rows.");
        if (!target.ByUnfinished.Installations.Contains(pluginId))
        {
            if (target.ByFinished.Installations.Contains(pluginId))
                return new InstallationDraft(installation, slug, userId, InstallationFate.AlreadyMigrated);
            if (target.Installations.Contains(pluginId))
                return Not(installation, userId, "The user has this plugin in Berth already, not from a migration. Uninstall it there to take the old one over.");
        }

        return new InstallationDraft(installation, slug, userId, InstallationFate.Migrated);
    }

    private static InstallationDraft Not(OldInstallation installation, string? userId, string reason) =>
        new(installation, installation.Slug, userId, InstallationFate.NotMigrated, reason);

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
