using System.Collections.Frozen;

namespace Berth.Host.Guards;

/// <summary>The guards of one loaded version, by name. Fixed when the version is configured; read without a lock.</summary>
internal sealed class GuardSet
{
    private readonly FrozenDictionary<string, Entry> _byName;

    public GuardSet(IPluginContext plugin, IReadOnlyList<GuardSpec> guards)
    {
        Id = new PluginVersionId(plugin.Slug, plugin.Version);
        Capabilities = plugin.Capabilities;
        All = guards;
        _byName = guards.ToFrozenDictionary(guard => guard.Name, guard => new Entry(guard), StringComparer.Ordinal);
    }

    public PluginVersionId Id { get; }

    /// <summary>What the version declares and its trust level permits.</summary>
    public IReadOnlySet<string> Capabilities { get; }

    /// <summary>All, in the order in which they are declared, then those that only the code knows.</summary>
    public IReadOnlyList<GuardSpec> All { get; }

    public GuardSpec? Find(string name) => _byName.GetValueOrDefault(name)?.Guard;

    /// <summary>What has to be asked for a guard: those it depends on, in declared order and each once, then itself.</summary>
    public IReadOnlyList<GuardSpec> OrderOf(GuardSpec guard)
    {
        var entry = _byName[guard.Name];
        return entry.Order ??= guard.Dependencies.Count == 0 ? [guard] : Sort(guard);
    }

    // Iterative: a chain of a thousand guards must not be a thousand stack frames. The manifest has no circles.
    private List<GuardSpec> Sort(GuardSpec guard)
    {
        var order = new List<GuardSpec>();
        var seen = new HashSet<GuardSpec> { guard };
        var open = new Stack<(GuardSpec Guard, int Next)>([(guard, 0)]);
        while (open.TryPop(out var top))
        {
            if (top.Next == top.Guard.Dependencies.Count)
            {
                order.Add(top.Guard);
                continue;
            }

            open.Push((top.Guard, top.Next + 1));
            if (Find(top.Guard.Dependencies[top.Next]) is { } dependency && seen.Add(dependency))
                open.Push((dependency, 0));
        }

        return order;
    }

    private sealed class Entry(GuardSpec guard)
    {
        public GuardSpec Guard => guard;

        // Made when the guard is asked first; two calls may both make it, and both are right.
        public IReadOnlyList<GuardSpec>? Order { get; set; }
    }
}
