namespace Berth.Host.Usage;

/// <summary>How full memory is.</summary>
internal static class MemoryLoad
{
    /// <summary>From 0 to 1, as of the last collection; a container's limit counts as the machine's memory.</summary>
    public static double Now()
    {
        var memory = GC.GetGCMemoryInfo();
        return memory.TotalAvailableMemoryBytes == 0 ? 0 : (double)memory.MemoryLoadBytes / memory.TotalAvailableMemoryBytes;
    }
}
