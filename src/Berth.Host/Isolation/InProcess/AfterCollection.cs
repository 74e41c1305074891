using System.Runtime.InteropServices;

namespace Berth.Host.Isolation.InProcess;

/// <summary>Unreachable from its birth: each collection that finds it runs its finalizer, which tells the watch and lives on.</summary>
internal sealed class AfterCollection
{
    // A handle and no WeakReference: that one would be finalized together with this object, and forget.
    private GCHandle _watch;

    private AfterCollection(ContextWatch watch) => _watch = GCHandle.Alloc(watch, GCHandleType.Weak);

#pragma warning disable MA0055 // The finalizer is what this class is for.
    ~AfterCollection()
#pragma warning restore MA0055
    {
        if (Environment.HasShutdownStarted)
            return;
        if (_watch.Target is not ContextWatch watch)
        {
            _watch.Free();
            return;
        }

        // Not on the finalizer's thread: everybody waits for that one.
        ThreadPool.UnsafeQueueUserWorkItem(static watch => watch.Look(), watch, preferLocal: false);
        GC.ReRegisterForFinalize(this);
    }

    public static void Tell(ContextWatch watch) => _ = new AfterCollection(watch);
}
