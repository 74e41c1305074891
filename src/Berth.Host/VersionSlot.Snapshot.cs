using Berth.Host.Isolation;
using Berth.Host.Pipeline;
using Berth.Host.States;
using Berth.Host.Usage;

namespace Berth.Host;

/// <summary>What is told of a version's place in the pool.</summary>
internal sealed partial class VersionSlot
{
    public InstanceSnapshot? Snapshot()
    {
        // Counting reads files, so it is done outside of the lock, and before the account is read to which it adds.
        var observed = _running;
        var worker = observed is null ? null : WorkerOf(observed.Parts);
        lock (_gate)
        {
            var running = _running;
            var state = _state.Current;
            return state == InstanceState.Discovered
                ? null
                : new InstanceSnapshot(
                    _id, state, _isolation, running?.Leases ?? 0, running?.LoadedAt,
                    running is null ? null : _parts.Time.GetUtcNow() - running.IdleFor,
                    _counts.Calls, _counts.Failures, _counts.LastFailure, _leakRoots)
                {
                    Reason = state switch
                    {
                        InstanceState.Failed => _failure!.ToOutcome(_id, _parts.Time).Reason,
                        InstanceState.Quarantined => _quarantine?.Reason,
                        InstanceState.Leaked => string.Join("; ", _leakRoots),
                        _ => null,
                    },
                    RetryAt = state == InstanceState.Failed ? _failure!.RetryAt : null,
                    CodeBytes = running?.Parts.LoadContext?.LoadedBytes ?? 0,
                    Replaced = _replaced.Count,
                    Breaker = running?.Breaker.Snapshot(),
                    Worker = ReferenceEquals(running, observed) ? worker : null,
                    Limits = running?.Parts.Limits,
                    Usage = InstanceUsage.Of(_id).ToSnapshot(),
                    Resources = running?.Resources,
                    Leaks = _parts.Contexts.Of(_id),
                };
        }
    }

    private static WorkerSnapshot? WorkerOf(InstanceParts parts) => parts.Worker is { Figures: { } figures } worker
        ? new WorkerSnapshot(worker.ProcessId, figures.MemoryBytes, parts.Limits.MemoryBytes, figures.ProcessorTime, figures.OutOfMemoryKills)
        : null;
}
