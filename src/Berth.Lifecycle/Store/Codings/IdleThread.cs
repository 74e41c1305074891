using System.Runtime.InteropServices;

namespace Berth.Lifecycle.Store.Codings;

/// <summary>
/// Runs work on a thread of its own that takes the processor only when nobody else wants it: setpriority(2), which on Linux is
/// for the calling thread. The framework's thread priorities say nothing to Linux.
/// </summary>
internal static partial class IdleThread
{
    private const int OfProcess = 0; // PRIO_PROCESS
    private const int Nicest = 19;

    /// <summary>Ends with the work.</summary>
    public static Task<T> RunAsync<T>(string name, Func<T> work)
    {
        var end = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                if (OperatingSystem.IsLinux())
                    _ = SetPriority(OfProcess, 0, Nicest);
                end.SetResult(work());
            }
#pragma warning disable CA1031 // An exception is the task's, or it would end the process.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                end.SetException(exception);
            }
        })
        {
            Name = name,
            IsBackground = true,
            Priority = ThreadPriority.Lowest,
        }.Start();
        return end.Task;
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int priority);
}
