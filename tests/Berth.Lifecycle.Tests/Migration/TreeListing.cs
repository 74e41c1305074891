using System.Security.Cryptography;

namespace Berth.Lifecycle.Tests.Migration;

/// <summary>Everything below a folder as text: names, kinds, sizes, times, digests, targets of links.</summary>
internal static class TreeListing
{
    public static IReadOnlyList<string> Of(string directory, bool withTimes = true) =>
        [.. new DirectoryInfo(directory).EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
            .Select(item => Line(directory, item) + (withTimes ? $" {item.LastWriteTimeUtc:O} {item.UnixFileMode}" : ""))
            .Order(StringComparer.Ordinal)];

    private static string Line(string directory, FileSystemInfo item)
    {
        var path = Path.GetRelativePath(directory, item.FullName);
        return item switch
        {
            { LinkTarget: { } target } => $"{path} -> {target}",
            FileInfo file => $"{path} {file.Length} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file.FullName)))}",
            _ => path + "/",
        };
    }
}
