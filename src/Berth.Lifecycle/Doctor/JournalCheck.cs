using System.Runtime.CompilerServices;
using Berth.Data.Sessions;
using Berth.Lifecycle.Operations.Journal;

namespace Berth.Lifecycle.Doctor;

/// <summary>Looks for operations that run according to the journal and whose process is dead.</summary>
internal sealed class JournalCheck(IDatabase database, OperationJournal journal, LifecycleOptions options) : IDoctorCheck
{
    public string Name => "journal";

    public async IAsyncEnumerable<Ailment> RunAsync(DoctorScope scope, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var row in await RunningAsync(cancellationToken))
        {
            scope.Done++;
            if (await ExamineAsync(scope, row, cancellationToken) is { } ailment)
                yield return ailment;
        }
    }

    private Task<IReadOnlyList<RunningRow>> RunningAsync(CancellationToken cancellationToken) => database.ReadAsync(
        session => session.QueryAsync<RunningRow>(
            "SELECT id, kind, user_id, plugin_slug, step, node, lease_until FROM operation WHERE state = 'running' AND kind <> 'bulk' ORDER BY id"),
        cancellationToken);

    private async Task<Ailment?> ExamineAsync(DoctorScope scope, RunningRow row, CancellationToken cancellationToken)
    {
        var silent = scope.Now - DateTimeOffset.FromUnixTimeMilliseconds(row.LeaseUntil);
        var isOurs = scope.Request.IsAlone && string.Equals(row.Node, options.NodeName, StringComparison.Ordinal);
        // A server looks for dead operations once in a lease: what is silent for longer than two was not found by any.
        var isForgotten = silent > options.OperationLease * 2;
        if (!isOurs && !isForgotten)
            return null;
        if (!await scope.PersistsAsync(async () => (await RunningAsync(cancellationToken)).Any(now => now.Id == row.Id && now.LeaseUntil == row.LeaseUntil), cancellationToken))
            return null;
        return new Ailment(
            new Finding(
                "doctor.operation_interrupted", isForgotten && !isOurs ? FindingSeverity.Warning : FindingSeverity.Note, row.Id,
                $"The {row.Kind} of {row.PluginSlug} for user {row.UserId} runs according to the journal, but its process is dead; it was at the step '{row.Step}'.",
                "It is taken back, as the next start does by itself."),
            async cancellation => await journal.RecoverAsync(includeOwn: scope.Request.IsAlone, cancellation) is var count
                ? $"Took back {count} operations."
                : null);
    }

    private sealed record RunningRow(string Id, string Kind, string UserId, string PluginSlug, string Step, string Node, long LeaseUntil);
}
