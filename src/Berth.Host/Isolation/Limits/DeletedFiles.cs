using System.Globalization;
using Berth.Host.Isolation.Worker;
using Berth.Host.Offers;

namespace Berth.Host.Isolation.Limits;

/// <summary>
/// How much files take that were deleted from a folder while a user's processes had them open: they have no name, and their room comes back
/// only when the last descriptor is closed. See proc(5), /proc/[pid]/fd.
/// </summary>
internal static class DeletedFiles
{
    private const string Mark = " (deleted)";
    private const int MayTrace = 19;

    /// <summary>
    /// Whether this process may see what others have open. Workers are closed to debuggers, so it takes root and the right to trace any
    /// process (CAP_SYS_PTRACE), which containers seldom give.
    /// </summary>
    public static bool CanBeSeen { get; } = Environment.IsPrivilegedProcess && HasRight(MayTrace);

    /// <summary>Measures until the sum is more than is asked for. Each file counts once, and at least what the smallest takes of a disk.</summary>
    /// <param name="folder">Where they were.</param>
    /// <param name="user">Whose processes are looked at.</param>
    /// <param name="enough">Where to stop.</param>
    public static long Of(string folder, int user, long enough)
    {
        long sum = 0;
        var seen = new HashSet<(ulong Device, ulong Number)>();
        foreach (var process in Entries("/proc").Where(path => char.IsAsciiDigit(path[^1]) && UnixOwner.Of(path) == user))
        {
            foreach (var descriptor in Entries(process + "/fd"))
            {
                if (Find(descriptor, folder) is { } file && seen.Add(file.Identity) && (sum += Math.Max(FolderSize.LeastBytes, file.Length)) > enough)
                    return sum;
            }
        }

        return sum;
    }

    /// <summary>The file behind a descriptor, where it was in the folder and has no name any more; one that another name leads to is measured by that.</summary>
    private static UnixStatus? Find(string descriptor, string folder)
    {
        try
        {
            if (new FileInfo(descriptor).LinkTarget is not { } target || !target.EndsWith(Mark, StringComparison.Ordinal) || !target.StartsWith(folder + "/", StringComparison.Ordinal))
                return null;
            using var entry = UnixEntry.Open(descriptor);
            return entry is { Status: { Kind: UnixKind.File, Names: 0 } status } ? status : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // closed meanwhile
        }
    }

    private static string[] Entries(string folder)
    {
        try
        {
            return Directory.GetFileSystemEntries(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return []; // ended meanwhile
        }
    }

    private static bool HasRight(int right)
    {
        try
        {
            var line = File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith("CapEff:", StringComparison.Ordinal));
            return line is not null && ulong.TryParse(line.AsSpan(7).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var rights) && (rights >> right & 1) != 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
