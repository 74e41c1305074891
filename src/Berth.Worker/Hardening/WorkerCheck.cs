using System.Text.Json;
using Berth.Worker.Protocol;

namespace Berth.Worker.Hardening;

/// <summary>
/// <c>berth-worker --check</c>: takes from itself what one line of JSON (<see cref="WorkerHardening"/>) asks, allocates and
/// collects, and ends. A host starts it under an isolation level to know whether the level works on its machine.
/// </summary>
internal static class WorkerCheck
{
    public const string Argument = "--check";

    /// <summary>The exit code.</summary>
    public static int Run(TextReader input)
    {
        if (input.ReadLine() is not { } line || JsonSerializer.Deserialize(line, ProtocolJson.Default.WorkerHardening) is not { } hardening)
        {
            Console.Error.WriteLine("berth-worker --check reads one line from standard input that says how to harden.");
            return WorkerProtocol.ExitCodes.Usage;
        }

        ProcessHardening.Apply(hardening);
        GC.Collect();
        return WorkerProtocol.ExitCodes.Asked;
    }
}
