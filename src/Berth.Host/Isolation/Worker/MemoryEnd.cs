using Berth.Host.Isolation.Worker.Processes;

namespace Berth.Host.Isolation.Worker;

/// <summary>
/// Recognises a process that its own runtime ended for want of memory: the limit of its private data can come before the control group's,
/// and the kernel counts only what it ended itself. It is the worker's word, as of its other limits.
/// </summary>
internal static class MemoryEnd
{
    private const int FirstOfSignals = 128;

    // The .NET runtime's; V8's, for its heap and for what lies beside it.
    private static readonly string[] Beginnings = ["Out of memory", "Fatal process out of memory", "Fatal JavaScript out of memory", "FATAL ERROR:"];

    /// <summary>Whether an end by a signal was said to be one.</summary>
    /// <param name="exit">How it ended; a shell or an engine around it says a signal as an exit code above 128.</param>
    /// <param name="lastErrors">The last lines of its standard error.</param>
    public static bool IsToldBy(ChildExit exit, IEnumerable<string> lastErrors) =>
        (exit.Signal is not null || exit.Code > FirstOfSignals)
        && lastErrors.Select(line => line.TrimStart('#', ' ')).Any(line => Beginnings.Any(beginning => line.StartsWith(beginning, StringComparison.Ordinal)) && line.Contains("out of memory", StringComparison.OrdinalIgnoreCase));
}
