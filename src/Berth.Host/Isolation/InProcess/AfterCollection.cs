namespace Berth.Host.Isolation.InProcess;

/// <summary>Unreachable from its birth: each collection that finds it runs its finalizer, which tells the watch and lives on.</summary>
internal sealed class AfterCollection
{
    private readonly WeakReference<ContextWatch> _watch;

    private AfterCollection(ContextWatch watch) => _watch = new WeakReference<ContextWatch>(watch);

#pragma warning disable MA0055 // The finalizer is what this class is for.
    ~AfterCollection()
#pragma warning restore MA0055
    {
        if (Environment.HasShutdownStarted || !_watch.TryGetTarget(out var watch))
            return;

        // Not on the finalizer's thread: everybody waits for that one.
        ThreadPool.UnsafeQueueUserWorkItem(static watch => watch.Look(), watch, preferLocal: false);
        GC.ReRegisterForFinalize(this);
    }

    public static void Tell(ContextWatch watch) => _ = new AfterCollection(watch);
}
