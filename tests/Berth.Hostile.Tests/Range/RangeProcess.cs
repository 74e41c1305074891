using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Berth.Host.Isolation;

namespace Berth.Hostile.Tests.Range;

/// <summary>
/// Starts the range in a mount, process, network, ipc and name namespace of its own: nothing of the machine can be written, and
/// no process, address or socket of the machine is to be seen. At level none, where hostile code runs in the host's process, that process
/// is also no root. At the others the host is root, as it needs to be to give each worker another user, and runs no plugin's code; or it is an
/// ordinary user there, too, as many hosts are.
/// </summary>
internal static class RangeProcess
{
    public const string SecretVariable = "BERTH_RANGE_SECRET";

    /// <summary>What a host may write to its own standard error before that is harm.</summary>
    private const long MostErrors = 8 << 20;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(120);

    private const string Namespaces = """
        set -e
        for at in /tmp /var/tmp /dev/shm; do mount -t tmpfs -o mode=1777,size=768m tmpfs "$at"; done
        mount -t tmpfs -o mode=755 tmpfs /run
        mount -t tmpfs -o mode=755 tmpfs /mnt
        mkdir /mnt/range
        mount --bind "$1" /mnt/range
        # The folder it is called from may be closed to the user that the host of level none runs as.
        cd /mnt/range
        mount -o remount,bind,ro /
        # Other numbers than those in namespaces below.
        echo 20000 > /proc/sys/kernel/ns_last_pid
        ip link set lo up
        for address in 169.254.169.254 10.1.1.1 1.2.3.4; do ip addr add $address/32 dev lo; done
        shift
        "$@"
        exit $?
        """;

    private static string[] NoRoot(int part) =>
    [
        "setpriv", "--reuid", $"{62500 + part}", "--regid", $"{62500 + part}", "--clear-groups", "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all", "--",
        "prlimit", "--nproc=600", "--nofile=2048", "--core=0", "--",
    ];

    /// <summary>Why it cannot be started here; <see langword="null"/> when it can.</summary>
    public static string? Obstacle =>
        !OperatingSystem.IsLinux() ? "the hostile plugins need Linux"
        : !Environment.IsPrivilegedProcess ? "the hostile plugins need root, to make namespaces for them"
        : null;

    /// <summary>How long the longest line of evidence is.</summary>
    private const int MostEvidence = 1500;

    /// <summary>Runs attacks at a level, the ones after a crash of the host in another host; returns why the level is missing, if it is.</summary>
    public static async Task<string?> RunAsync(string level, bool isOrdinary, int part, IReadOnlyList<string> attacks, Action<string, Cell?, string> told)
    {
        var open = new Queue<string>(attacks);
        while (open.Count > 0)
        {
            if (await RunOnceAsync(level, isOrdinary, part, [.. open], open, told) is { } missing)
                return missing;
        }

        return null;
    }

    private static async Task<string?> RunOnceAsync(string level, bool isOrdinary, int part, IReadOnlyList<string> attacks, Queue<string> open, Action<string, Cell?, string> told)
    {
        using var process = Process.Start(Command(level, isOrdinary, part, attacks))!;
        var errors = TailAsync(process.StandardError);
        string? begun = null;
        (string Attack, Cell? Cell, string Evidence)? last = null;
        try
        {
            while (await process.StandardOutput.ReadLineAsync().WaitAsync(Longest) is { } text)
            {
                if (!text.StartsWith('{'))
                    continue;
                var line = JsonSerializer.Deserialize<RangeLine>(text)!;
                if (line.Missing is not null)
                    return line.Missing;
                if (line.Begins is not null)
                {
                    begun = line.Begins;
                    continue;
                }

                last = (open.Dequeue(), line.Cell, line.Evidence);
                told(last.Value.Attack, line.Cell, line.Evidence);
                begun = null;
            }
        }
        catch (TimeoutException exception)
        {
            process.Kill(entireProcessTree: true);
            if (begun is null && last is null)
                throw new InvalidOperationException($"The host at level '{level}' did not start within {Longest}.", exception);
        }

        await process.WaitForExitAsync();
        var (length, tail) = await errors;
        if (begun is not null)
        {
            told(open.Dequeue(), Cell.Possible, $"the host died or hung (exit code {process.ExitCode}): {tail[..Math.Min(tail.Length, MostEvidence)]}");
        }
        else if (last is { } ended && length > MostErrors)
        {
            // At the other levels nobody can say which it was; that it was one is bad enough.
            told(ended.Attack, Cell.Possible, $"{length} bytes in the host's own standard error | {ended.Evidence}");
        }
        else if (process.ExitCode != 0 && (last is null || level != IsolationLevels.None))
        {
            throw new InvalidOperationException($"The host at level '{level}' ended with {process.ExitCode}: {tail}");
        }

        return null;
    }

    private static ProcessStartInfo Command(string level, bool isOrdinary, int part, IReadOnlyList<string> attacks)
    {
        var start = new ProcessStartInfo("unshare") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
        IEnumerable<string> arguments =
        [
            "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "--mount-proc", "--net", "--ipc", "--uts",
            "sh", "-c", Namespaces, "range", AppContext.BaseDirectory,
            .. level == IsolationLevels.None || isOrdinary ? NoRoot(part) : [],
            Environment.ProcessPath is { } own && Path.GetFileName(own) == "dotnet" ? own : Muxer(), "/mnt/range/Berth.Hostile.Tests.dll", level, $"{part}", .. attacks,
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin";
        start.Environment["HOME"] = "/tmp";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment[SecretVariable] = RandomNumberGenerator.GetHexString(32, lowercase: true);
        return start;
    }

    private static string Muxer() => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", "..", "dotnet"));

    private static async Task<(long Length, string Tail)> TailAsync(StreamReader errors)
    {
        var buffer = new char[64 * 1024];
        var tail = new StringBuilder();
        long length = 0;
        for (int read; (read = await errors.ReadAsync(buffer)) > 0;)
        {
            length += read;
            tail.Append(buffer, 0, read);
            if (tail.Length > 4000)
                tail.Remove(0, tail.Length - 4000);
        }

        return (length, tail.ToString());
    }
}
