using System.Globalization;

namespace Berth.Hostile.Tests.Range;

/// <summary>What /proc tells of the processes in the range's own process namespace.</summary>
internal static class ProcessTable
{
    /// <summary>The processes that are workers themselves, not what made their isolation.</summary>
    public static IReadOnlyList<int> Workers() => [.. All().Where(id => IsWorker(Read(id, "cmdline").Split('\0')))];

    // What makes the isolation (a shell, setpriv, bwrap) names the same files, as arguments of its own; and a level that is just being tried is no worker.
    private static bool IsWorker(string[] command) => !command.Contains("--check", StringComparer.Ordinal) && Path.GetFileName(command[0]) switch
    {
        "dotnet" => command is [_, "exec", var assembly, ..] && Path.GetFileName(assembly) == "berth-worker.dll",
        "node" or "nodejs" => command.Any(argument => Path.GetFileName(argument) == "runner.mjs"),
        _ => false,
    };

    /// <summary>Memory that the others have in RAM, bytes; what several share counts once.</summary>
    public static long MemoryOfOthers() => All().Where(id => id != Environment.ProcessId).Sum(id => Number(Read(id, "smaps_rollup"), "Pss:") << 10);

    /// <summary>How many processes there are besides.</summary>
    public static int Count() => All().Count();

    public static long Peak() => Number(Read(Environment.ProcessId, "status"), "VmHWM:") << 10;

    public static long Resident() => Number(Read(Environment.ProcessId, "status"), "VmRSS:") << 10;

    public static int Threads() => (int)Number(Read(Environment.ProcessId, "status"), "Threads:");

    public static int Descriptors() => Directory.GetFileSystemEntries("/proc/self/fd").Length;

    /// <summary>From now on the peak is counted anew.</summary>
    public static void ForgetPeak() => File.WriteAllText("/proc/self/clear_refs", "5");

    private static IEnumerable<int> All() => Directory.EnumerateDirectories("/proc")
        .Select(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var id) ? id : 0)
        .Where(id => id > 0);

    private static string Read(int id, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/{file}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static long Number(string text, string name)
    {
        var line = text.Split('\n').FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);
    }
}
