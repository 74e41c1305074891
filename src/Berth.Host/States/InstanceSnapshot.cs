using Berth.Host.Health;
using Berth.Host.Isolation;
using Berth.Host.Isolation.InProcess;
using Berth.Host.Resources;
using Berth.Host.Usage;

namespace Berth.Host.States;

/// <summary>One instance, as it is at one moment.</summary>
/// <param name="Id">The version.</param>
/// <param name="State">Its state.</param>
/// <param name="Isolation">The isolation level it runs at, or ran at last; <see langword="null"/> when this host has not placed it yet.</param>
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
    string? Isolation,
    int Leases,
    DateTimeOffset? LoadedAt,
    DateTimeOffset? LastUsedAt,
    long Calls,
    long Failures,
    string? LastFailure,
    IReadOnlyList<string> LeakRoots)
{
    /// <summary>Why it is in that state: the failure, who quarantined it and why; <see langword="null"/> when there is nothing to say.</summary>
    public string? Reason { get; init; }

    /// <summary>When a version that failed may be tried again; <see langword="null"/> when it will not be by itself.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>Memory that is known to be held by the running instance: its assemblies, in bytes. What it allocates is the runtime's and not in it.</summary>
    public long CodeBytes { get; init; }

    /// <summary>Its circuit breaker; <see langword="null"/> when nothing is loaded.</summary>
    public BreakerSnapshot? Breaker { get; init; }

    /// <summary>Instances before this one, replaced by a reload, that still drain or are being unloaded.</summary>
    public int Replaced { get; init; }

    /// <summary>What its code has used since the start, over all its loads.</summary>
    public UsageSnapshot? Usage { get; init; }

    /// <summary>The worker process that runs it; <see langword="null"/> in the host's own process, and when none runs.</summary>
    public WorkerSnapshot? Worker { get; init; }

    /// <summary>What the running instance may use at most; in the host's own process only the time of a request and the bandwidth are held to it.</summary>
    public WorkerLimits? Limits { get; init; }

    /// <summary>What the running instance holds that ends with it; <see langword="null"/> when none runs.</summary>
    public ResourceCounts? Resources { get; init; }

    /// <summary>Load contexts of the version that stayed in memory after their unload, the oldest first.</summary>
    public IReadOnlyList<LeakedContext> Leaks { get; init; } = [];
}
