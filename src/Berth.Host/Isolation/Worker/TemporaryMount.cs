using System.Globalization;
using Berth.Host.Isolation.Container;

namespace Berth.Host.Isolation.Worker;

/// <summary>
/// Gives a worker that sees the machine's files a temporary folder of a fixed size: a file system in memory, mounted in a mount
/// namespace of the worker's own. It ends with the worker's process, also when the host is killed; nobody has to take it away.
/// </summary>
internal sealed class TemporaryMount(bool isWanted)
{
    // The kernel counts an empty file in no size; a folder of the smallest files is as full as one of large ones.
    private const long BytesPerFile = 2048;

    private const string Mount = """
        "$1" -n -t tmpfs -o "$2" tmpfs "$3" || { echo "The temporary folder $3 cannot be mounted." >&2; exit 66; }
        shift 3
        exec "$@"
        """;

    private readonly Lazy<Task<bool>> _works = new(TryAsync);

    /// <summary>Whether the folders are mounted here; looked at once.</summary>
    public Task<bool> IsGivenAsync() => isWanted && Environment.IsPrivilegedProcess ? _works.Value : Task.FromResult(false);

    /// <summary>What comes before a worker's command, while it still is root.</summary>
    public static IEnumerable<string> Arguments(string folder, int userId, long bytes) =>
    [
        .. OwnNamespace, LaunchScript.Shell, "-c", Mount, "berth-tmp", Tools.Get("mount", "mount"),
        string.Create(CultureInfo.InvariantCulture, $"nosuid,nodev,mode=700,uid={userId},gid={userId},size={bytes},nr_inodes={Math.Max(16, bytes / BytesPerFile)}"), folder,
    ];

    // What the machine mounts later is seen in it as before.
    private static IEnumerable<string> OwnNamespace => [Tools.Get("unshare", "util-linux"), "--mount", "--propagation", "slave", "--"];

    private static async Task<bool> TryAsync()
    {
        if (Tools.Find("unshare") is null || Tools.Find("mount") is not { } mount)
            return false;
        IReadOnlyList<string> command = [.. OwnNamespace, LaunchScript.Shell, "-c", "\"$1\" -n -t tmpfs -o size=64k,nr_inodes=16 tmpfs /tmp && echo mounted", "berth-tmp", mount];
        return (await EngineCommand.RunAsync(command[0], [.. command.Skip(1)])).StartsWith("mounted", StringComparison.Ordinal);
    }
}
