namespace Berth;

/// <summary>
/// Runs the programs of the machine that the administrator offers to plugins, each in a sandbox of its own: no network, nothing of the machine
/// but what programs are run with (read-only), a temporary folder in <c>/tmp</c> that is gone afterwards, the limits of the plugin's isolation, and an environment
/// with nothing of the host's in it.
/// </summary>
/// <remarks>
/// Scoped to the call: what still runs when it ends is killed. A plugin runs up to four at once, more wait. Needs <c>process:spawn-child</c> in force at
/// each use; otherwise it throws <see cref="CapabilityDeniedException"/>.
/// </remarks>
public interface IPluginProcesses
{
    /// <summary>The names of the programs that are offered.</summary>
    Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Runs a program to its end. Arguments reach it as they are: no shell sees them.</summary>
    /// <param name="program">One of <see cref="ListAsync"/>.</param>
    /// <param name="arguments">Without the program's own name; up to 128 KB of UTF-8 together.</param>
    /// <param name="input">Its standard input, up to 8 MB.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <exception cref="FileNotFoundException">No such program is offered.</exception>
    /// <exception cref="IOException">It wrote more than 8 MB to its standard output, and was killed; or it could not be started.</exception>
    /// <exception cref="InvalidOperationException">This machine gives no sandbox; the message says why, and what to do. It is never run without one.</exception>
    Task<PluginProcessResult> RunAsync(string program, IReadOnlyList<string> arguments, ReadOnlyMemory<byte> input = default, CancellationToken cancellationToken = default);
}

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">Its exit code; 128 and the signal's number when a signal ended it.</param>
/// <param name="Output">All of its standard output.</param>
/// <param name="Errors">The first 64 KB of its standard error, as UTF-8.</param>
public sealed record PluginProcessResult(int ExitCode, ReadOnlyMemory<byte> Output, string Errors);
