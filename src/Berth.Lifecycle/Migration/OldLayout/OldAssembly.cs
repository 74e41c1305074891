using Berth.Lifecycle.Store;
using Berth.Packaging.Versioning;

namespace Berth.Lifecycle.Migration.OldLayout;

/// <summary>Makes installations of claims and what was read: the database decides slug and version, the files fill what it does not say.</summary>
internal sealed class OldAssembly(OldUsers users, IReadOnlyDictionary<FoundFolder, OldReadFolder> folders, OldFindings findings)
{
    public IReadOnlyList<OldInstallation> Assemble(IReadOnlyList<OldClaim> claims)
    {
        var installations = claims.Where(claim => claim.Row is not null).Select(Make).ToList();
        var known = installations.Where(installation => installation.Obstacle is null).ToDictionary(KeyOf);
        var others = claims.Where(claim => claim.Row is null).Select(Make)
            .OrderByDescending(installation => SemanticVersion.TryParse(installation.Version, out var version) ? version : null)
            .ThenBy(installation => installation.Folder?.Path, StringComparer.Ordinal);
        foreach (var installation in others)
            installations.Add(AsLeftOver(installation, known));
        return
        [
            .. installations.OrderBy(installation => installation.UserId, StringComparer.Ordinal)
                .ThenBy(installation => installation.Slug, StringComparer.Ordinal)
                .ThenBy(installation => installation.Row?.Id, StringComparer.Ordinal)
                .ThenBy(installation => installation.Version, StringComparer.Ordinal)
                .ThenBy(installation => installation.Folder?.Path, StringComparer.Ordinal),
        ];
    }

    private OldInstallation Make(OldClaim claim)
    {
        var read = claim.Folder is { } folder ? folders[folder] : null;
        var slug = claim.Slug ?? SlugOf(claim.Folder!, read?.Described);
        var version = VersionOf(claim, slug, read?.Described);
        var obstacle = claim.Obstacle ?? (claim.Row is null ? ObstacleOf(claim, slug) : null);
        if (obstacle is null && version is null)
            obstacle = Report(claim, slug, $"'{claim.VersionText}' is no version, and the plugin's files name none. Write three numbers into the row (or into package.json, for files without a row), for example 1.0.0, and migrate again.");
        if (obstacle is null && read?.Obstacle is { } unreadable)
            obstacle = Report(claim, slug, $"The plugin's files are not carried over. {unreadable}");
        if (claim is { Row: not null, Obstacle: null } && claim.Folder is null)
            findings.Add(OldBucket.RowWithoutFiles, "There are no files for the row. Nothing is carried over; install the plugin anew in Berth. The settings stay in the old row.", claim.UserId, slug, version);
        return new OldInstallation(claim.UserId, slug, version ?? claim.VersionText ?? "", claim.Row, claim.Modules, read?.Folder, read?.Described)
        {
            Obstacle = obstacle,
            IsShared = claim.Folder is { Owner: null },
        };
    }

    /// <summary>Files without a row: the newest of a plugin that the user does not have otherwise is carried over.</summary>
    private OldInstallation AsLeftOver(OldInstallation installation, Dictionary<(string, string), OldInstallation> known)
    {
        if (installation.Obstacle is not null)
            return installation;
        string? obstacle = null;
        if (!known.TryAdd(KeyOf(installation), installation))
        {
            var other = known[KeyOf(installation)];
            obstacle = $"No row names these files, and the user has {other.Slug} {other.Version} otherwise. They are not carried over and stay where they are.";
        }

        findings.Add(
            OldBucket.FilesWithoutRow, obstacle ?? "The old system did not show it as installed. Its user gets the package privately and may install it.",
            installation.UserId, installation.Slug, installation.Version);
        return installation with { Obstacle = obstacle };
    }

    private string? ObstacleOf(OldClaim claim, string slug)
    {
        if (users.Find(claim.UserId) is null)
        {
            var message = $"The folder '{claim.Folder!.RelativePath}' belongs to a user that 'users' does not have. It is not carried over and stays where it is. Create the user with this id in the old database and migrate again.";
            findings.Add(OldBucket.UnknownUser, message, claim.UserId, slug, path: claim.Folder.RelativePath);
            return message;
        }

        return StorePaths.IsSlug(slug) && !slug.EndsWith('.')
            ? null
            : Report(claim, slug, $"'{slug}' cannot be a plugin's name in Berth. Rename the folder (a letter, then letters, digits, '.', '_' or '-') and migrate again.");
    }

    private string? VersionOf(OldClaim claim, string slug, OldDescription? described)
    {
        if (claim.Row is null)
            return OldVersionText.Normalize(claim.Folder!.VersionName) ?? OldVersionText.Normalize(described.Text("version"));
        var version = OldVersionText.Normalize(claim.VersionText);
        if (version is not null)
        {
            if (version != claim.VersionText)
                findings.Add(OldBucket.Remark, $"The row writes the version '{claim.VersionText}'; it is read as {version}.", claim.UserId, slug, version);
            return version;
        }

        version = OldVersionText.Normalize(claim.Folder?.VersionName) ?? OldVersionText.Normalize(described.Text("version"));
        if (version is not null && claim.Obstacle is null)
            findings.Add(OldBucket.Remark, $"The row writes the version '{claim.VersionText}', which is none; the files say {version}, and so it is called.", claim.UserId, slug, version);
        return version;
    }

    private string Report(OldClaim claim, string slug, string message)
    {
        findings.Add(OldBucket.NotMigrated, message, claim.UserId, slug, claim.VersionText, claim.Folder?.RelativePath);
        return message;
    }

    private static string SlugOf(FoundFolder folder, OldDescription? described)
    {
        var named = OldMatching.SlugOf(folder);
        return new[] { described.Text("plugin_slug"), described.Text("slug"), named }.FirstOrDefault(slug => slug is not null && StorePaths.IsSlug(slug)) ?? named;
    }

    private static (string User, string Slug) KeyOf(OldInstallation installation) => OldClaim.KeyOf(installation.UserId, installation.Slug);
}
