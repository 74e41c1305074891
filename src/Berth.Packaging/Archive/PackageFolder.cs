namespace Berth.Packaging.Archive;

/// <summary>Lists the files of a folder that belong into a package.</summary>
internal static class PackageFolder
{
    public static List<(string Path, string FullPath)> List(string directory)
    {
        var root = new DirectoryInfo(directory);
        if (!root.Exists)
        {
            throw new DirectoryNotFoundException($"There is no folder '{directory}' to pack.");
        }

        var files = new List<(string, string)>();
        Collect(root, "", files);
        return files;
    }

    private static void Collect(DirectoryInfo folder, string prefix, List<(string, string)> files)
    {
        foreach (var item in folder.EnumerateFileSystemInfos())
        {
            if (item.Name is ".git" or "node_modules" || item.Extension is ".berth" or ".sig")
            {
                continue;
            }

            if (item.LinkTarget is not null || item.Attributes.HasFlag(FileAttributes.ReparsePoint))
            {
                throw new IOException($"'{prefix}{item.Name}' is a link. Links are not packed; put the file itself there.");
            }

            if (item is DirectoryInfo child)
            {
                Collect(child, $"{prefix}{item.Name}/", files);
            }
            else
            {
                files.Add((prefix + item.Name, item.FullName));
            }
        }
    }
}
