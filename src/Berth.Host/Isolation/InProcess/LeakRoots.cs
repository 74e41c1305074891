using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Berth.Host.Usage;

namespace Berth.Host.Isolation.InProcess;

/// <summary>Looks for what is known to keep a load context alive. Finds the usual suspects, not everything.</summary>
internal static class LeakRoots
{
    private static readonly Type[] HoldersOfEvents = [typeof(AppContext), typeof(AppDomain), typeof(AssemblyLoadContext), typeof(Console), typeof(TaskScheduler)];

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static IReadOnlyList<string> Find(WeakReference reference, PluginVersionId id)
    {
        if (reference.Target is not AssemblyLoadContext context)
            return [];
        List<string> roots = [.. Events(context), .. DefaultContext(context), .. Timers(context), .. StaticRoots.Find(context), .. Threads(id)];
        return roots.Count > 0 ? roots : ["it was not found: a GC handle, a cache of DispatchProxy or dynamic, a task that waits, or a static field that is not looked at"];
    }

    private static IEnumerable<string> Events(AssemblyLoadContext context)
    {
        foreach (var holder in HoldersOfEvents)
        {
            foreach (var field in holder.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public))
            {
                if (!typeof(Delegate).IsAssignableFrom(field.FieldType) || field.GetValue(null) is not Delegate handlers)
                    continue;
                foreach (var handler in handlers.GetInvocationList().Where(handler => IsOf(context, handler)))
                    yield return $"a handler of {holder.Name}.{field.Name.TrimStart('_')}: {handler.Method.DeclaringType?.FullName}.{handler.Method.Name}";
            }
        }
    }

    // Not static, but there for good.
    private static IEnumerable<string> DefaultContext(AssemblyLoadContext context)
    {
        foreach (var field in typeof(AssemblyLoadContext).GetFields(BindingFlags.Instance | BindingFlags.NonPublic))
        {
            if (!typeof(Delegate).IsAssignableFrom(field.FieldType) || field.GetValue(AssemblyLoadContext.Default) is not Delegate handlers)
                continue;
            foreach (var handler in handlers.GetInvocationList().Where(handler => IsOf(context, handler)))
                yield return $"a handler of AssemblyLoadContext.Default.{field.Name.TrimStart('_')}: {handler.Method.DeclaringType?.FullName}.{handler.Method.Name}";
        }
    }

    // The flow that a thread is in tells whose code it runs, not which instance's: a reload's new instance is in it, too.
    private static IEnumerable<string> Threads(PluginVersionId id) =>
        FlowPlace.ThreadsOf(InstanceUsage.Of(id)).Select(thread => $"a thread that runs its code: {thread}");

    // Timer.ActiveCount counts them; only the queue itself knows whose they are.
    private static IEnumerable<string> Timers(AssemblyLoadContext context)
    {
        const BindingFlags Any = BindingFlags.Static | BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public;
        var queues = typeof(Timer).Assembly.GetType("System.Threading.TimerQueue")?.GetProperty("Instances", Any)?.GetValue(null) as Array
            ?? typeof(Timer).Assembly.GetType("System.Threading.TimerQueue")?.GetField("<Instances>k__BackingField", Any)?.GetValue(null) as Array;
        foreach (var queue in queues ?? Array.Empty<object>())
        {
            foreach (var list in new[] { "_shortTimers", "_longTimers" })
            {
                var timer = queue.GetType().GetField(list, Any)?.GetValue(queue);
                for (var seen = 0; timer is not null && seen < 100_000; seen++)
                {
                    if (timer.GetType().GetField("_timerCallback", Any)?.GetValue(timer) is Delegate callback && IsOf(context, callback))
                        yield return $"a running timer: {callback.Method.DeclaringType?.FullName}.{callback.Method.Name}";
                    timer = timer.GetType().GetField("_next", Any)?.GetValue(timer);
                }
            }
        }
    }

    private static bool IsOf(AssemblyLoadContext context, Delegate handler) =>
        AssemblyLoadContext.GetLoadContext(handler.Method.Module.Assembly) == context;
}
