using System.IO.Enumeration;
using System.Security.Cryptography;

namespace Berth.Lifecycle.Tests.Migration;

/// <summary>Everything below a folder as text: names, kinds, sizes, times, digests, targets of links. What a link leads to is not below it.</summary>
internal static class TreeListing
{
    public static IReadOnlyList<string> Of(string directory, bool withTimes = true) =>
        [.. new FileSystemEnumerable<FileSystemInfo>(
                directory, (ref entry) => entry.ToFileSystemInfo(), new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
            {
                ShouldRecursePredicate = (ref entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
            }
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
