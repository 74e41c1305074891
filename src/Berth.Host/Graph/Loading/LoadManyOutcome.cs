namespace Berth.Host.Graph.Loading;

/// <summary>How loading many ended.</summary>
/// <param name="Strategy">How it was done.</param>
/// <param name="Reason">Why so.</param>
/// <param name="Elapsed">How long it took, planning included.</param>
/// <param name="Loads">What was loaded or should have been, in the order of the plan; what the plan refused comes last.</param>
public sealed record LoadManyOutcome(LoadingStrategy Strategy, string Reason, TimeSpan Elapsed, IReadOnlyList<InstanceLoad> Loads)
{
    /// <summary>What does not run.</summary>
    public IEnumerable<InstanceLoad> Failed => Loads.Where(load => load.Failure is not null);

    /// <summary>What does not run although the host is not to start without it.</summary>
    public IEnumerable<InstanceLoad> CriticalFailures => Failed.Where(load => load.IsCritical);
}

/// <summary>How one of the loads ended.</summary>
/// <param name="Id">The version.</param>
/// <param name="IsCritical">Whether the host is not to start without it.</param>
/// <param name="Elapsed">How long it took once what it needs was there; zero for what was not tried.</param>
/// <param name="Failure">Why it does not run; <see langword="null"/> when it does.</param>
public sealed record InstanceLoad(PluginVersionId Id, bool IsCritical, TimeSpan Elapsed, GraphReason? Failure);
