using System.Globalization;

namespace Berth.Host.Isolation.Limits;

/// <summary>
/// Names what one host process made, so that the next start knows what nobody needs any more: process ids come back, an id with
/// its start time does not. Which processes live can be seen within one process namespace only, so that is part of the name, and
/// what was made from another one (a host in a container that shares the control groups, for example) is left alone.
/// </summary>
internal static class HostProcess
{
    private const string Prefix = "berth-";
    private const int StartTimeField = 19;
    private static readonly string Namespace = FindNamespace();
    private static long _count;

    /// <summary>The name of this process, as names of what it makes begin.</summary>
    public static string Own { get; } = $"{Prefix}{Namespace}-{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}-{StartTime(Environment.ProcessId) ?? "0"}-";

    /// <summary>A name that nothing has yet.</summary>
    public static string NewName() => Own + Interlocked.Increment(ref _count).ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether a name is of a host that has ended.</summary>
    public static bool IsOfDeadHost(string name) =>
        Parse(name) is var (space, process, start) && string.Equals(space, Namespace, StringComparison.Ordinal) && StartTime(process) != start;

    /// <summary>Whether a name is of a host of which it cannot be seen from here whether it lives.</summary>
    public static bool IsOfElsewhere(string name) => Parse(name) is var (space, _, _) && !string.Equals(space, Namespace, StringComparison.Ordinal);

    private static (string Space, int Process, string Start)? Parse(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) && name.Split('-') is [_, var space, var id, var start, _]
            && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var process)
            ? (space, process, start)
            : null;

    /// <summary>The number in <c>pid:[4026531836]</c>.</summary>
    private static string FindNamespace()
    {
        try
        {
            return new string([.. (new FileInfo("/proc/self/ns/pid").LinkTarget ?? "0").Where(char.IsAsciiDigit)]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "0";
        }
    }

    /// <summary>Field 22 of <c>/proc/{id}/stat</c>, in ticks since the machine's start; <see langword="null"/> when there is no such process.</summary>
    private static string? StartTime(int process)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/stat");
            // The second field, the program's name, may contain anything; it ends at the last bracket.
            return text[(text.LastIndexOf(')') + 2)..].Split(' ')[StartTimeField];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
