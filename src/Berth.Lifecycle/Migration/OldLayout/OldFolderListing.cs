namespace Berth.Lifecycle.Migration.OldLayout;

/// <summary>What lies directly in one folder of the old layout; links are reported and never followed.</summary>
internal sealed record OldFolderListing(IReadOnlyList<DirectoryInfo> Folders, IReadOnlyList<FileInfo> Files)
{
    /// <summary>Whether everything in the folder could be listed.</summary>
    public bool IsWhole { get; private init; } = true;

    // What editors, systems and tools leave behind: it never was a part of the plugin, and it differs from copy to copy.
    private static readonly string[] LeftBehind = [".git", "node_modules", "__pycache__", ".DS_Store", "Thumbs.db", "desktop.ini", "__MACOSX"];

    /// <summary>Whether the name is of something that tools leave behind.</summary>
    public static bool IsLeftBehind(string name) =>
        LeftBehind.Contains(name, StringComparer.OrdinalIgnoreCase) || name.EndsWith(".pyc", StringComparison.OrdinalIgnoreCase) || name.StartsWith("._", StringComparison.Ordinal);

    /// <summary>Lists a folder in the order of names. A folder that cannot be read is reported and taken as empty.</summary>
    public static OldFolderListing Of(DirectoryInfo folder, string relativePath, OldFindings findings, string? user)
    {
        List<DirectoryInfo> folders = [];
        List<FileInfo> files = [];
        var isWhole = true;
        try
        {
            foreach (var item in folder.EnumerateFileSystemInfos().OrderBy(item => item.Name, StringComparer.Ordinal))
            {
                if (item.LinkTarget is not null || item.Attributes.HasFlag(FileAttributes.ReparsePoint))
                    findings.Stray(Below(relativePath, item.Name), "A link; links are never followed.", user);
                else if (item is DirectoryInfo child)
                    folders.Add(child);
                else
                    files.Add((FileInfo)item);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            isWhole = false;
            findings.Add(OldBucket.NotMigrated, "The folder cannot be read. Check its owner, then migrate again.", user, path: relativePath);
        }

        return new OldFolderListing(folders, files) { IsWhole = isWhole };
    }

    public static string Below(string relativePath, string name) => relativePath.Length == 0 ? name : $"{relativePath}/{name}";

    public bool HasFile(string name) => Files.Any(file => file.Name == name);

    public bool HasFolder(string name) => Folders.Any(folder => folder.Name == name);
}
