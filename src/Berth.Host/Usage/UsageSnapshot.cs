namespace Berth.Host.Usage;

/// <summary>What one version's code has used since the start of the process, measured by the flow of its calls.</summary>
/// <param name="AllocatedBytes">Managed memory that it allocated, collected since or not. Memory that it still holds cannot be told apart in process.</param>
/// <param name="Busy">Time in which it held threads, running or blocked; awaiting does not count.</param>
/// <param name="Threads">The threads that it holds now.</param>
/// <param name="HeldCalls">Calls that held a thread past their time and could not be ended.</param>
/// <param name="LastHeldCall">The last of them.</param>
/// <param name="NextIsolation">The isolation level that its next load is placed at because of it, where the machine gives that level; <see langword="null"/>: as now.</param>
public sealed record UsageSnapshot(
    long AllocatedBytes, TimeSpan Busy, IReadOnlyList<HeldThread> Threads, long HeldCalls, string? LastHeldCall, string? NextIsolation)
{
    /// <summary>Processor time of its workers, those that have ended included; zero for a version that never ran in one.</summary>
    public TimeSpan WorkerTime { get; init; }
}

/// <summary>A thread that runs a plugin's code.</summary>
/// <param name="Name">The thread's name.</param>
/// <param name="Id">Its managed id.</param>
/// <param name="For">Since when without a pause.</param>
public sealed record HeldThread(string Name, int Id, TimeSpan For)
{
    /// <inheritdoc/>
    public override string ToString() => $"'{Name}' ({Id}), for {For.TotalSeconds:0.0} s";
}
