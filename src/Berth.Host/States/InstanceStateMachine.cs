using Berth.Events;
using Berth.Host.Events;

namespace Berth.Host.States;

/// <summary>The state of one version in this host: changed under the lock of its owner, read by anybody.</summary>
internal sealed class InstanceStateMachine(PluginVersionId id, IHostEvents events)
{
    private volatile InstanceState _current;

    public InstanceState Current => _current;

    /// <summary>Whether there is an instance that takes calls.</summary>
    public bool IsRunning => _current is InstanceState.Loaded or InstanceState.Degraded;

    /// <summary>Changes the state and says so.</summary>
    /// <exception cref="InvalidOperationException">The table does not allow it; the state stays, and an event tells of it.</exception>
    public void Move(InstanceState to, string? reason = null)
    {
        var from = _current;
        if (!InstanceTransitions.IsAllowed(from, to))
        {
            events.Raise(new InstanceTransitionRefused(id.Slug, id.Version, Name(from), Name(to)), id);
            throw new InvalidOperationException($"{id}: the instance cannot go from {from} to {to}; allowed are {string.Join(", ", InstanceTransitions.From(from))}.");
        }

        _current = to;
        events.Raise(new InstanceStateChanged(id.Slug, id.Version, Name(from), Name(to), reason), id);
    }

    private static string Name(InstanceState state) => state.ToString().ToLowerInvariant();
}
