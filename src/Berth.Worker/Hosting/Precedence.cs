using System.Runtime.InteropServices;

namespace Berth.Worker.Hosting;

/// <summary>Who waits for whom, when all processors are busy.</summary>
internal static partial class Precedence
{
    private const int Batch = 3;

    /// <summary>
    /// From here on this thread, and all that it starts, take nobody's processor away in the middle of something (SCHED_BATCH, sched(7)):
    /// they get their share of it when its turn is over. The host, which many workers wake, is then not interrupted by each of them.
    /// Where the system says no, all is as before.
    /// </summary>
    public static void AfterTheHost()
    {
        if (OperatingSystem.IsLinux())
            _ = SetScheduler(0, Batch, default);
    }

    [LibraryImport("libc", EntryPoint = "sched_setscheduler")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int SetScheduler(int thread, int policy, in Parameter parameter);

    /// <summary><c>struct sched_param</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Parameter
    {
        public int Priority;
    }
}
