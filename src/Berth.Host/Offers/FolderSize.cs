using System.IO.Enumeration;
using System.Text;

namespace Berth.Host.Offers;

/// <summary>
/// How much lies in a folder: the lengths of all files below it, each file and folder at least what the smallest takes of a disk. No link is
/// followed: it is what it is itself.
/// </summary>
internal static class FolderSize
{
    /// <summary>What the smallest file or folder counts; it also bounds how many are looked at.</summary>
    public const long LeastBytes = 4096;

    // The machine takes 4,095 bytes; what is in a folder whose path is at most so long can still be asked for its length.
    private const int LongestPath = 3800;

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };

    /// <summary>Measures until the sum is more than is asked for.</summary>
    /// <param name="folder">The folder; its own entry does not count.</param>
    /// <param name="enough">Where to stop.</param>
    /// <param name="closed">What a folder counts that cannot be listed, because it is closed or nested too deep.</param>
    /// <param name="without">Files whose names begin so do not count.</param>
    public static long Of(string folder, long enough, long closed, string? without = null)
    {
        long sum = 0;
        var open = new Stack<string>([folder]);
        while (sum <= enough && open.TryPop(out var path))
        {
            if (Encoding.UTF8.GetByteCount(path) > LongestPath)
            {
                sum += closed;
                continue;
            }

            try
            {
                foreach (var (bytes, below) in EntriesOf(path, without))
                {
                    if ((sum += bytes) > enough)
                        break;
                    if (below is not null)
                        open.Push(below);
                }
            }
            catch (DirectoryNotFoundException)
            {
                // Taken away meanwhile.
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                sum += closed;
            }
        }

        return sum;
    }

    // What goes meanwhile has no length any more, and is no error.
    private static FileSystemEnumerable<(long Bytes, string? Below)> EntriesOf(string path, string? without) => new(path, Entry, Everything)
    {
        ShouldIncludePredicate = (ref FileSystemEntry entry) => without is null || !entry.FileName.StartsWith(without, StringComparison.Ordinal),
    };

    private static (long Bytes, string? Below) Entry(ref FileSystemEntry entry)
    {
        var isLink = entry.Attributes.HasFlag(FileAttributes.ReparsePoint);
        return (isLink || entry.IsDirectory ? LeastBytes : Math.Max(LeastBytes, entry.Length), entry.IsDirectory && !isLink ? Path.Join(entry.Directory, entry.FileName) : null);
    }
}
