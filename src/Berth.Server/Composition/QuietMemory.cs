using System.Runtime.InteropServices;

namespace Berth.Server.Composition;

/// <summary>
/// Gives memory back to the system when the server has nothing more to do. The collector keeps what a burst of work needed, because
/// another burst may come, and collects only when somebody allocates: a server that is asked nothing would hold it for days. After
/// work and then a few quiet looks the whole heap is collected once and what is free of it returned; whoever asks in that moment
/// waits for it, so large heaps are left alone.
/// </summary>
/// <param name="allocated">Bytes allocated since the process started.</param>
/// <param name="heapSize">Bytes of the heap.</param>
/// <param name="giveBack">Collects and returns.</param>
internal sealed class QuietMemory(Func<long> allocated, Func<long> heapSize, Action giveBack)
{
    /// <summary>Between two looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>A server that allocates less than this between two looks has nothing to do: what its own services do by the clock is below.</summary>
    public const long QuietBytes = 2 * 1024 * 1024;

    /// <summary>Looks that must be quiet, one after another.</summary>
    public const int QuietLooks = 3;

    /// <summary>Work that is worth a collection.</summary>
    public const long WorkBytes = 64L * 1024 * 1024;

    /// <summary>The collection of a larger heap would be noticed.</summary>
    public const long LargestHeap = 512L * 1024 * 1024;

    private long _last = allocated();
    private long _lastGivenBack;
    private int _quiet;

    /// <summary>Looks at this process until it ends.</summary>
    public static async Task FollowAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        var memory = new QuietMemory(
            () => GC.GetTotalAllocatedBytes(), () => GC.GetGCMemoryInfo().HeapSizeBytes, GiveBack);
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
            memory.Look();
    }

    private static void GiveBack()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        // What libraries freed, the database above all, the C library keeps too; only glibc has a way to be asked for it (malloc_trim(3)).
        if (OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out var library) && NativeLibrary.TryGetExport(library, "malloc_trim", out var trim))
            Marshal.GetDelegateForFunctionPointer<MallocTrim>(trim)(0);
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int MallocTrim(nuint pad);

    /// <summary>Looks once. Returns whether memory was given back.</summary>
    public bool Look()
    {
        var now = allocated();
        _quiet = now - _last < QuietBytes ? _quiet + 1 : 0;
        _last = now;
        if (_quiet < QuietLooks || now - _lastGivenBack < WorkBytes || heapSize() > LargestHeap)
            return false;
        giveBack();
        _lastGivenBack = now;
        return true;
    }
}
