namespace Berth.Bench.Peers;

/// <summary>How large this process is.</summary>
internal sealed record ProcessSizes(long ManagedBytes, long ResidentBytes, int Handles, int Threads)
{
    /// <summary>Collects first: what waits for the collector is no growth.</summary>
    public static ProcessSizes Now() => new(
        GC.GetTotalMemory(forceFullCollection: true),
        Environment.WorkingSet,
        Directory.GetFileSystemEntries("/proc/self/fd").Length,
        Directory.GetFileSystemEntries("/proc/self/task").Length);
}
