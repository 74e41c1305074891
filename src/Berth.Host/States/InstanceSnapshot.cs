namespace Berth.Host.States;

/// <summary>The states of an instance (design: written table of transitions).</summary>
public enum InstanceState
{
    /// <summary>Known, no code loaded.</summary>
    Discovered,

    /// <summary>Being loaded.</summary>
    Loading,

    /// <summary>Running.</summary>
    Loaded,

    /// <summary>No new leases; running calls end.</summary>
    Draining,

    /// <summary>Being unloaded.</summary>
    Unloading,

    /// <summary>Gone, verified.</summary>
    Unloaded,

    /// <summary>Could not be loaded; tried again after a back-off.</summary>
    Failed,

    /// <summary>Unloaded, but its load context is still alive.</summary>
    Leaked,
}

/// <summary>One instance, as it is at one moment.</summary>
/// <param name="Id">The version.</param>
/// <param name="State">Its state.</param>
/// <param name="Isolation">The isolation level it runs at.</param>
/// <param name="Leases">Leases held.</param>
/// <param name="LoadedAt">When it started to run.</param>
/// <param name="LastUsedAt">When the last lease was given back.</param>
/// <param name="Calls">Requests and lifecycle calls so far.</param>
/// <param name="Failures">How many of them failed.</param>
/// <param name="LastFailure">The last failure, for people.</param>
/// <param name="LeakRoots">What keeps a leaked instance alive, as far as known.</param>
public sealed record InstanceSnapshot(
    PluginVersionId Id,
    InstanceState State,
    string Isolation,
    int Leases,
    DateTimeOffset? LoadedAt,
    DateTimeOffset? LastUsedAt,
    long Calls,
    long Failures,
    string? LastFailure,
    IReadOnlyList<string> LeakRoots);
