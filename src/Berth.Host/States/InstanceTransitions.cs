using System.Collections.Frozen;

namespace Berth.Host.States;

/// <summary>The written table of allowed state changes. Anything else is a fault of the host and throws.</summary>
public static class InstanceTransitions
{
    /// <summary>Every allowed change with its cause, in the order of the documentation (docs/states.md is made from it).</summary>
    public static IReadOnlyList<InstanceTransition> All { get; } =
    [
        new(InstanceState.Discovered, InstanceState.Loading, "somebody asks for a lease, or it is loaded at the start"),
        new(InstanceState.Discovered, InstanceState.Quarantined, "an administrator or the registry quarantines it"),
        new(InstanceState.Loading, InstanceState.Loaded, "every stage of the pipeline ended well, the health check included"),
        new(InstanceState.Loading, InstanceState.Failed, "a stage refused it, threw, or the start budget ran out"),
        new(InstanceState.Loading, InstanceState.Discovered, "the store does not have it, or it has no server-side code"),
        new(InstanceState.Loaded, InstanceState.Degraded, "its circuit breaker opens"),
        new(InstanceState.Loaded, InstanceState.Draining, "it is idle, memory is short, or its unload or quarantine is asked for"),
        new(InstanceState.Loaded, InstanceState.Failed, "its worker ended by itself"),
        new(InstanceState.Degraded, InstanceState.Failed, "its worker ended by itself"),
        new(InstanceState.Degraded, InstanceState.Loaded, "its circuit breaker closes"),
        new(InstanceState.Degraded, InstanceState.Draining, "it is idle, memory is short, or its unload or quarantine is asked for"),
        new(InstanceState.Draining, InstanceState.Unloading, "no call runs any more, or the drain time is over"),
        new(InstanceState.Unloading, InstanceState.Unloaded, "its load context is gone"),
        new(InstanceState.Unloading, InstanceState.Leaked, "its load context, or that of an instance before it, is still alive"),
        new(InstanceState.Unloaded, InstanceState.Loading, "somebody asks for a lease"),
        new(InstanceState.Unloaded, InstanceState.Quarantined, "an administrator or the registry quarantines it"),
        new(InstanceState.Failed, InstanceState.Loading, "the back-off is over and somebody asks for a lease, or a reload is asked for"),
        new(InstanceState.Failed, InstanceState.Leaked, "what the attempt left behind did not go away"),
        new(InstanceState.Failed, InstanceState.Discovered, "an administrator releases it"),
        new(InstanceState.Failed, InstanceState.Quarantined, "an administrator or the registry quarantines it"),
        new(InstanceState.Leaked, InstanceState.Loading, "somebody asks for a lease, and this machine can run it in a worker"),
        new(InstanceState.Leaked, InstanceState.Discovered, "an administrator releases it"),
        new(InstanceState.Leaked, InstanceState.Quarantined, "an administrator or the registry quarantines it"),
        new(InstanceState.Quarantined, InstanceState.Discovered, "an administrator releases it"),
    ];

    private static readonly FrozenDictionary<InstanceState, InstanceState[]> Allowed = Enum.GetValues<InstanceState>()
        .ToFrozenDictionary(from => from, from => All.Where(one => one.From == from).Select(one => one.To).ToArray());

    /// <summary>Whether an instance may go from one state to the other.</summary>
    public static bool IsAllowed(InstanceState from, InstanceState to) => Allowed[from].Contains(to);

    /// <summary>The states that may follow.</summary>
    public static IReadOnlyList<InstanceState> From(InstanceState from) => Allowed[from];
}

/// <summary>One allowed change of state.</summary>
/// <param name="From">The state before.</param>
/// <param name="To">The state after.</param>
/// <param name="Cause">When it happens.</param>
public sealed record InstanceTransition(InstanceState From, InstanceState To, string Cause);
