namespace Berth.Host.States;

/// <summary>The states of an instance. Which may follow which, and when, is written in <see cref="InstanceTransitions"/>.</summary>
public enum InstanceState
{
    /// <summary>Known, no code loaded.</summary>
    Discovered,

    /// <summary>Being loaded.</summary>
    Loading,

    /// <summary>Running.</summary>
    Loaded,

    /// <summary>Running, but its circuit breaker is open or half open.</summary>
    Degraded,

    /// <summary>No new leases; running calls end.</summary>
    Draining,

    /// <summary>Being unloaded.</summary>
    Unloading,

    /// <summary>Gone, verified.</summary>
    Unloaded,

    /// <summary>Could not be loaded; tried again after a back-off, within the crash budget.</summary>
    Failed,

    /// <summary>May not run until an administrator releases it.</summary>
    Quarantined,

    /// <summary>Unloaded, but its load context is still alive.</summary>
    Leaked,
}
