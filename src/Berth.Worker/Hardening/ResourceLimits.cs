using System.Runtime.InteropServices;
using Berth.Worker.Protocol;

namespace Berth.Worker.Hardening;

/// <summary>The kernel's limits of a process, lowered for good: without privileges a hard limit never rises again.</summary>
internal static class ResourceLimits
{
    // Numbers of setrlimit(2) on x86_64 and aarch64.
    private const int FileSize = 1;
    private const int Data = 2;
    private const int CoreSize = 4;
    private const int Processes = 6;
    private const int OpenFiles = 7;

    private const int FileSizeSignal = 25;
    private const nint Ignore = 1;

    public static void Apply(WorkerHardening hardening)
    {
        // A dump of the memory would be written where the plugin, or whoever reads its files, finds it.
        Lower(CoreSize, 0, "core dumps");
        if (hardening.OpenFiles is { } files)
            Lower(OpenFiles, files, "open files");
        if (hardening.Processes is { } processes)
            Lower(Processes, processes, "threads and processes");
        if (hardening.DataBytes is { } data)
            Lower(Data, data, "private memory");
        if (hardening.FileBytes is { } bytes)
        {
            // Without this the kernel ends the process at the limit; with it the write fails.
            if (LibC.SetSignal(FileSizeSignal, Ignore) == -1)
                throw new HardeningException($"the signal of the file size limit cannot be ignored: {Marshal.GetLastPInvokeErrorMessage()}");
            Lower(FileSize, bytes, "file size");
        }
    }

    /// <summary>Lowers soft and hard limit; a limit that is lower already stays.</summary>
    private static void Lower(int resource, long value, string name)
    {
        if (LibC.GetLimit(resource, out var before) != 0)
            throw new HardeningException($"the limit of {name} cannot be read: {Marshal.GetLastPInvokeErrorMessage()}");
        var wanted = nuint.Min((nuint)Math.Max(0, value), before.Most);
        if (LibC.SetLimit(resource, new LibC.Limit { Current = wanted, Most = wanted }) != 0)
            throw new HardeningException($"the limit of {name} cannot be set to {wanted}: {Marshal.GetLastPInvokeErrorMessage()}");
    }
}
