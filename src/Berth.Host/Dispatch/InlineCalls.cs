namespace Berth.Host.Dispatch;

/// <summary>
/// Watches the calls that run on their request's own thread. A thread runs one such call at a time, so a call is entered
/// and left with a write to the thread's own place; one timer looks at all places.
/// </summary>
internal static class InlineCalls
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private static readonly ThreadLocal<Place> Places = new(() => new Place(), trackAllValues: true);
    private static readonly Timer Watch = new(static _ => Look(), null, Interval, Interval);

    /// <summary>An execution context of nobody: neither the host's flow reaches the plugin nor the plugin's the host.</summary>
    public static ExecutionContext CleanFlow { get; } = CaptureCleanFlow();

    public static void Enter(PluginCall call) => Volatile.Write(ref Places.Value!.Call, call);

    public static void Leave() => Volatile.Write(ref Places.Value!.Call, null);

    private static void Look()
    {
        // Keeps the timer alive as long as there is anything to look at.
        GC.KeepAlive(Watch);
        foreach (var place in Places.Values)
            Volatile.Read(ref place.Call)?.CheckInlineLimit();
    }

    private static ExecutionContext CaptureCleanFlow()
    {
        ExecutionContext? clean = null;
        var thread = new Thread(() => clean = ExecutionContext.Capture());
        thread.UnsafeStart();
        thread.Join();
        return clean!;
    }

    private sealed class Place
    {
        public PluginCall? Call;
    }
}
