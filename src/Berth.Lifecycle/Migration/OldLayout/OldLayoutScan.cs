using System.Text.Json.Nodes;

namespace Berth.Lifecycle.Migration.OldLayout;

/// <summary>
/// Finds the folders that hold plugins: <c>{user_id}/{slug or plugin_id}</c>, the same with a version folder below, and
/// <c>shared/{slug}/v{version}</c>. Everything else is stray.
/// </summary>
internal sealed class OldLayoutScan(OldUsers users, IReadOnlySet<string> usersInRows, OldLayoutLimits limits, OldFindings findings)
{
    private const string Metadata = "plugin_metadata.json";
    private readonly List<FoundFolder> _owned = [];
    private readonly List<FoundFolder> _shared = [];
    private readonly List<FoundReference> _references = [];

    public FoundLayout Run(string pluginsDirectory, string databaseFile, CancellationToken cancellationToken)
    {
        var root = new DirectoryInfo(Path.GetFullPath(pluginsDirectory));
        if (!root.Exists)
            throw new OldSystemException("old_layout.plugins_missing", $"There is no folder '{root.FullName}'. Name the old system's plugins folder with --from.");
        var listing = OldFolderListing.Of(root, "", findings, null);
        foreach (var file in listing.Files.Where(file => !file.FullName.StartsWith(Path.GetFullPath(databaseFile), StringComparison.Ordinal)))
            findings.Stray(file.Name, "A file beside the users' folders.");
        foreach (var folder in listing.Folders)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (folder.Name.Equals("shared", StringComparison.OrdinalIgnoreCase))
                ScanShared(folder);
            else if (folder.Name.Equals("users", StringComparison.OrdinalIgnoreCase) && users.Find(folder.Name) is null)
                ScanRecords(folder);
            else
                ScanOwner(folder, cancellationToken);
        }

        return new FoundLayout(_owned, _shared, _references);
    }

    private void ScanOwner(DirectoryInfo folder, CancellationToken cancellationToken)
    {
        var owner = users.Find(folder.Name)?.Id ?? folder.Name;
        var listing = OldFolderListing.Of(folder, folder.Name, findings, owner);
        var isUser = users.Find(folder.Name) is not null || usersInRows.Contains(OldIds.UserKey(folder.Name)) || OldIds.LooksLikeUserId(folder.Name);
        if (!isUser && !listing.Folders.Any(HoldsPlugin))
        {
            findings.Stray(folder.Name, "A folder that is no user's.");
            return;
        }

        foreach (var file in listing.Files)
            findings.Stray($"{folder.Name}/{file.Name}", "A file beside the user's plugins.", owner);
        foreach (var child in listing.Folders)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ScanPlugin(child, folder.Name, owner);
        }
    }

    private void ScanPlugin(DirectoryInfo folder, string parent, string owner)
    {
        var path = $"{parent}/{folder.Name}";
        var listing = OldFolderListing.Of(folder, path, findings, owner);
        var versions = listing.Folders.Where(child => IsVersion(child.Name)).ToList();
        var metadata = listing.Files.FirstOrDefault(file => file.Name == Metadata);
        var hasContent = listing.Files.Any(file => file != metadata && !OldFolderListing.IsLeftBehind(file.Name))
            || listing.Folders.Any(child => !IsVersion(child.Name) && !OldFolderListing.IsLeftBehind(child.Name));
        if (versions.Count > 0 && !LooksLikePlugin(listing) && (!hasContent || versions.Exists(HoldsPlugin)))
            AddVersions(listing, versions, metadata, owner, folder.Name, path);
        else if (hasContent)
            Add(_owned, new FoundFolder(folder.FullName, path, owner, folder.Name, null, Superseded(versions, path, owner)));
        else if (metadata is not null)
            AddReference(metadata, owner, folder.Name, $"{path}/{Metadata}");
        else
            findings.Stray(path, "An empty folder.", owner);
    }

    private void AddVersions(OldFolderListing listing, List<DirectoryInfo> versions, FileInfo? metadata, string? owner, string name, string path)
    {
        foreach (var version in versions)
        {
            if (version.EnumerateFileSystemInfos().Any())
                Add(owner is null ? _shared : _owned, new FoundFolder(version.FullName, $"{path}/{version.Name}", owner, name, version.Name, []) { MetadataAbove = metadata?.FullName });
            else
                findings.Stray($"{path}/{version.Name}", "An empty folder.", owner);
        }

        foreach (var item in listing.Files.Where(file => file != metadata).Cast<FileSystemInfo>().Concat(listing.Folders.Except(versions)))
            findings.Stray($"{path}/{item.Name}", "It lies beside the version folders of a plugin.", owner);
    }

    private List<string> Superseded(List<DirectoryInfo> versions, string path, string owner)
    {
        var superseded = versions.Where(HoldsPlugin).Select(folder => folder.Name).ToList();
        foreach (var name in superseded)
            findings.Stray($"{path}/{name}", "An older version that an update left inside the plugin's folder.", owner);
        return superseded;
    }

    private void ScanShared(DirectoryInfo shared)
    {
        var top = OldFolderListing.Of(shared, shared.Name, findings, null);
        foreach (var file in top.Files)
            findings.Stray($"{shared.Name}/{file.Name}", "A file beside the shared plugins.");
        foreach (var plugin in top.Folders)
        {
            var path = $"{shared.Name}/{plugin.Name}";
            var listing = OldFolderListing.Of(plugin, path, findings, null);
            var metadata = listing.Files.FirstOrDefault(file => file.Name is Metadata or "metadata.json");
            AddVersions(listing, [.. listing.Folders.Where(child => IsVersion(child.Name))], metadata, null, plugin.Name, path);
        }
    }

    /// <summary><c>users/user_{id}/installed_plugins.json</c>: which shared versions a user has.</summary>
    private void ScanRecords(DirectoryInfo folder)
    {
        foreach (var record in OldFolderListing.Of(folder, folder.Name, findings, null).Folders)
        {
            var path = $"{folder.Name}/{record.Name}/installed_plugins.json";
            var id = record.Name.StartsWith("user_", StringComparison.Ordinal) ? record.Name["user_".Length..] : record.Name;
            var owner = users.Find(id)?.Id ?? id;
            if (OldJson.ReadObject(Path.Combine(record.FullName, "installed_plugins.json"), limits, out _) is not { } json)
            {
                findings.Stray($"{folder.Name}/{record.Name}", "A user's record without a readable installed_plugins.json.", owner);
                continue;
            }

            // The plugins stand at the top or in a member of their own, by slug.
            var plugins = json["plugins"] as JsonObject ?? json["installed_plugins"] as JsonObject ?? json;
            foreach (var (slug, entry) in plugins)
            {
                if (entry is JsonObject known && OldJson.Text(known, "version") is { } version)
                    _references.Add(new FoundReference(owner, OldJson.Text(known, "plugin_slug") ?? slug, version, path));
            }
        }
    }

    private void AddReference(FileInfo metadata, string owner, string folderName, string path)
    {
        if (OldJson.ReadObject(metadata.FullName, limits, out _) is { } json)
            _references.Add(new FoundReference(owner, OldJson.Text(json, "plugin_slug", "slug") ?? OldIds.After(folderName, owner) ?? folderName, OldJson.Text(json, "version"), path));
        else
            findings.Stray(path, "It is no JSON, and there are no files of a plugin beside it.", owner);
    }

    private void Add(List<FoundFolder> folders, FoundFolder folder)
    {
        if (_owned.Count + _shared.Count >= limits.MaxFolders)
            throw new OldSystemException("old_layout.too_large", $"There are more than {limits.MaxFolders} plugin folders. Split the old system by users and migrate the parts.");
        folders.Add(folder);
    }

    private static bool IsVersion(string name) => OldVersionText.Normalize(name) is not null;

    private static bool LooksLikePlugin(OldFolderListing listing) =>
        listing.HasFile("package.json") || listing.HasFolder("dist") || listing.HasFile("lifecycle_manager.py");

    private static bool HoldsPlugin(DirectoryInfo folder) =>
        folder.LinkTarget is null
        && (File.Exists(Path.Combine(folder.FullName, "package.json"))
            || File.Exists(Path.Combine(folder.FullName, "lifecycle_manager.py"))
            || File.Exists(Path.Combine(folder.FullName, Metadata))
            || Directory.Exists(Path.Combine(folder.FullName, "dist")));
}
