using System.Runtime.InteropServices;
using Berth.Worker.Hosting;
using Berth.Worker.Protocol;
using Berth.Worker.SystemCalls;

namespace Berth.Worker.Hardening;

/// <summary>
/// What a worker takes from itself before any code of a plugin is loaded. None of it can be given back: from here on the
/// process can do what its isolation level lets it, and nothing that it did not need.
/// </summary>
internal static class ProcessHardening
{
    // prctl(2)
    private const int SetParentDeathSignal = 1;
    private const int SetDumpable = 4;
    private const int KillSignal = 9;

    // seccomp(2)
    private const nint SetModeFilter = 1;
    private const nint SynchroniseThreads = 1;

    /// <summary>
    /// Applies all that is asked. When anything fails, the process ends with <see cref="WorkerProtocol.ExitCodes.Hardening"/> and a line on standard error.
    /// </summary>
    public static void Apply(WorkerHardening hardening)
    {
        try
        {
            if (!OperatingSystem.IsLinux())
                throw new HardeningException("workers are hardened on Linux only");
            StillHasParent(hardening.ParentProcess);
            if (hardening.ConfinedFiles)
                FileConfinement.Demand();
            ResourceLimits.Apply(hardening);
            // Nobody of the same user may look into its memory, and /proc shows no more of it than of a stranger's process.
            Control(SetDumpable, 0, "the process cannot be closed to debuggers");
            Control(LibC.SetNoNewPrivileges, 1, "new privileges cannot be given up");
            if (hardening.SystemCallFilter)
                FilterSystemCalls(hardening);
        }
        catch (HardeningException exception)
        {
            Console.Error.WriteLine($"berth-worker: the process could not be hardened, so the plugin was not loaded: {exception.Message}.");
            Native.Exit(WorkerProtocol.ExitCodes.Hardening);
        }
    }

    /// <summary>Lets the kernel end this process with its parent. Called on the thread that lives longest.</summary>
    public static void EndWithParent()
    {
        if (OperatingSystem.IsLinux())
            _ = LibC.ProcessControl(SetParentDeathSignal, KillSignal, 0, 0, 0);
    }

    /// <summary>A parent that ended before it was asked for sends no signal any more.</summary>
    private static void StillHasParent(int? parent)
    {
        if (parent is { } expected && LibC.ParentProcessId() != expected)
            throw new HardeningException("the host that started it is gone");
    }

    private static unsafe void FilterSystemCalls(WorkerHardening hardening)
    {
        var architecture = FilterArchitecture.Current
            ?? throw new HardeningException($"there is no system call filter for {RuntimeInformation.ProcessArchitecture}; x86_64 and aarch64 have one");
        FilterInstruction[] instructions = [.. SystemCallFilter.Build(architecture, hardening, Environment.ProcessId)];
        fixed (FilterInstruction* first = instructions)
        {
            var program = new KernelProgram { Length = checked((ushort)instructions.Length), Instructions = (nint)first };
            // All threads at once: the runtime has started some already.
            var failed = LibC.SystemCall(architecture == FilterArchitecture.X64 ? 317 : 277, SetModeFilter, SynchroniseThreads, (nint)(&program));
            if (failed != 0)
            {
                throw new HardeningException(
                    failed > 0 ? $"thread {failed} cannot take the system call filter" : $"the kernel refuses the system call filter: {Marshal.GetLastPInvokeErrorMessage()}");
            }
        }
    }

    private static void Control(int option, nuint argument, string failure)
    {
        if (LibC.ProcessControl(option, argument, 0, 0, 0) != 0)
            throw new HardeningException($"{failure}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary><c>struct sock_fprog</c> of a 64-bit system.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct KernelProgram
    {
        public ushort Length;
        public nint Instructions;
    }
}
