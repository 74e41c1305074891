using System.Runtime.InteropServices;
using Berth.Worker.Protocol;

namespace Berth.Worker.Hardening;

/// <summary>
/// Gives up all of the file system but what the arguments name (<see cref="ConfinementArguments"/>) and starts anew. Landlock restricts
/// one thread and what comes from it, and a runtime has other threads before its program begins: so the program becomes itself
/// once more (execve(2) ends all other threads), and then every thread is one of those that are restricted.
/// </summary>
internal static class FileConfinement
{
    private const int NotPermitted = 13; // EACCES

    /// <summary>Does it. Returns only when it fails, with the exit code.</summary>
    public static int Enter(string[] arguments)
    {
        if (!ConfinementArguments.TryRead(arguments, out var paths, out var rest))
        {
            Console.Error.WriteLine($"berth-worker {ConfinementArguments.First} takes paths as x:/PATH, r:/PATH and w:/PATH, and {ConfinementArguments.End} after the last one.");
            return WorkerProtocol.ExitCodes.Usage;
        }

        try
        {
            Landlock.Restrict(paths.Select(one => (one.Path, RightsOf(one.Kind))));
            var program = Environment.ProcessPath!;
            _ = LibC.Execute(program, [program, "exec", Environment.GetCommandLineArgs()[0], .. rest, null]);
            throw new HardeningException($"{program} does not start anew: {Marshal.GetLastPInvokeErrorMessage()}");
        }
        catch (HardeningException exception)
        {
            Console.Error.WriteLine($"berth-worker: the files of the machine could not be closed to it, so the plugin was not loaded: {exception.Message}.");
            return WorkerProtocol.ExitCodes.Hardening;
        }
    }

    private static Landlock.FileRights RightsOf(char kind) => kind switch
    {
        ConfinementArguments.Programs => Landlock.FileRights.Read | Landlock.FileRights.Execute,
        ConfinementArguments.Changeable => Landlock.FileRights.Change,
        _ => Landlock.FileRights.Read,
    };

    /// <summary>Demands that it was done: a worker that was started without it does not load what was to be confined.</summary>
    /// <exception cref="HardeningException">It was not.</exception>
    public static void Demand()
    {
        // Everybody may list the root of the machine, but for whom Landlock forbids it.
        if (LibC.Open("/", LibC.CloseOnExec) >= 0 || Marshal.GetLastPInvokeError() != NotPermitted)
            throw new HardeningException("the files of the machine were not closed to it");
    }
}
