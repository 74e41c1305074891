using System.Collections.Frozen;

namespace Berth.Host.States;

/// <summary>The written table of allowed state changes. Anything else is a fault of the host and throws.</summary>
public static class InstanceTransitions
{
    private static readonly FrozenDictionary<InstanceState, InstanceState[]> Allowed = new Dictionary<InstanceState, InstanceState[]>
    {
        [InstanceState.Discovered] = [InstanceState.Loading],

        // Back to Discovered: the store does not have the version.
        [InstanceState.Loading] = [InstanceState.Loaded, InstanceState.Failed, InstanceState.Discovered],
        [InstanceState.Loaded] = [InstanceState.Draining],
        [InstanceState.Draining] = [InstanceState.Unloading],
        [InstanceState.Unloading] = [InstanceState.Unloaded, InstanceState.Leaked],
        [InstanceState.Unloaded] = [InstanceState.Loading],

        // Leaked: what a failed load left behind did not go away. Discovered: released by an administrator.
        [InstanceState.Failed] = [InstanceState.Loading, InstanceState.Leaked, InstanceState.Discovered],
        [InstanceState.Leaked] = [InstanceState.Discovered],
    }.ToFrozenDictionary();

    /// <summary>Whether an instance may go from one state to the other.</summary>
    public static bool IsAllowed(InstanceState from, InstanceState to) => Allowed[from].Contains(to);

    /// <summary>Returns <paramref name="to"/>.</summary>
    /// <exception cref="InvalidOperationException">The table does not allow it.</exception>
    public static InstanceState Move(PluginVersionId id, InstanceState from, InstanceState to) => IsAllowed(from, to)
        ? to
        : throw new InvalidOperationException($"{id}: the instance cannot go from {from} to {to}; allowed are {string.Join(", ", Allowed[from])}.");
}
