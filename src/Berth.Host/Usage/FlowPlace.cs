using System.Collections.Concurrent;
using System.Diagnostics;
using Berth.Host.Services;

namespace Berth.Host.Usage;

/// <summary>
/// Where one thread is: in the host's own flow, or in that of a plugin, and since when. The ambient scope tells of each change,
/// on the thread on which it happens, so that bytes and time between two changes belong to the scope between them. On the hot
/// path: a thread's own place, no lock.
/// </summary>
internal sealed class FlowPlace
{
    // Ids of threads that ended are given to new ones: there are never more places than there were threads at once.
    private static readonly ConcurrentDictionary<int, FlowPlace> All = new();

    [ThreadStatic]
    private static FlowPlace? _mine;

    private readonly Thread _thread = Thread.CurrentThread;
    private PluginScope? _scope;
    private long _since;
    private long _bytes;

    /// <summary>This thread goes on in the flow of <paramref name="scope"/>; <see langword="null"/>: the host's own.</summary>
    public static void Enter(PluginScope? scope)
    {
        var place = _mine ??= Register();
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var now = Stopwatch.GetTimestamp();
        place._scope?.Usage.Add(bytes - place._bytes, now - place._since);
        place._bytes = bytes;
        Volatile.Write(ref place._since, now);
        Volatile.Write(ref place._scope, scope);
    }

    /// <summary>Whether a thread is in the flow of just this call, for at least that time without a pause.</summary>
    public static bool Holds(PluginScope scope, TimeSpan atLeast)
    {
        foreach (var (_, place) in All)
        {
            if (ReferenceEquals(Volatile.Read(ref place._scope), scope) && Stopwatch.GetElapsedTime(Volatile.Read(ref place._since)) >= atLeast)
                return true;
        }

        return false;
    }

    /// <summary>The threads that are in the flow of a version.</summary>
    public static IReadOnlyList<HeldThread> ThreadsOf(InstanceUsage usage)
    {
        var held = new List<HeldThread>();
        foreach (var (id, place) in All)
        {
            if (ReferenceEquals(Volatile.Read(ref place._scope)?.Usage, usage) && place._thread.IsAlive)
                held.Add(new HeldThread(place._thread.Name ?? "unnamed", id, Stopwatch.GetElapsedTime(Volatile.Read(ref place._since))));
        }

        return held;
    }

    private static FlowPlace Register() => All[Environment.CurrentManagedThreadId] = new FlowPlace();
}
