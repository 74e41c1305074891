using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Berth.Host.Caches;

/// <summary>
/// Files on disk by name, size and times: cheap to take, and another one when somebody wrote to them. It is no proof against
/// somebody who may write into the store and sets the times back; that is what the life time of an entry is for.
/// </summary>
/// <param name="Text">Equal for the same files as they were.</param>
/// <param name="NewestWrite">When one of them was written last.</param>
internal readonly record struct ContentStamp(string Text, DateTimeOffset NewestWrite)
{
    // A file that is written twice within one tick of the file system's clock can look the same; the coarsest has two seconds.
    private static readonly TimeSpan Unsettled = TimeSpan.FromSeconds(2);

    /// <summary>Whether a later write is sure to make another stamp. The file system's clock is the machine's, and no other.</summary>
    public bool IsSettled => TimeProvider.System.GetUtcNow() - NewestWrite > Unsettled;

    /// <summary>The stamp of one file, which need not be there.</summary>
    public static ContentStamp OfFile(string path) => Of(Path.GetDirectoryName(path)!, [new FileInfo(path)]);

    /// <summary>The stamp of all files in a folder and below, which need not be there.</summary>
    public static ContentStamp OfFolder(string folder) => Of(
        folder,
        Directory.Exists(folder)
            ? new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).OrderBy(file => file.FullName, StringComparer.Ordinal)
            : []);

    private static ContentStamp Of(string root, IEnumerable<FileInfo> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var newest = DateTime.MinValue;
        foreach (var file in files)
        {
            // The name, because a file may be renamed over another; the time of creation, because that keeps its times.
            var line = string.Create(
                CultureInfo.InvariantCulture,
                $"{Path.GetRelativePath(root, file.FullName)}\0{(file.Exists ? file.Length : -1)}\0{file.LastWriteTimeUtc.Ticks}\0{file.CreationTimeUtc.Ticks}\n");
            hash.AppendData(Encoding.UTF8.GetBytes(line));
            newest = file.LastWriteTimeUtc > newest ? file.LastWriteTimeUtc : newest;
        }

        return new ContentStamp(Convert.ToHexStringLower(hash.GetHashAndReset()), new DateTimeOffset(newest, TimeSpan.Zero));
    }
}
