using System.Diagnostics;
using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Lifecycle.Observability;
using Berth.Lifecycle.Operations.Log;
using Berth.Lifecycle.Operations.Rows;

namespace Berth.Lifecycle.Operations.Journal;

/// <summary>
/// An operation in the journal, state <c>running</c>: it holds the database lease on (user, plugin), renews it while it
/// works, and ends either in the transaction that switches or in the one that undoes.
/// </summary>
internal sealed class RunningOperation : IRunningWork
{
    private readonly IDatabase _database;
    private readonly TimeProvider _time;
    private readonly IStepWitness _witness;
    private readonly OperationChanges _changes;
    private readonly TimeSpan _lease;
    private readonly Action<string> _ended;
    private readonly CancellationTokenSource _renewing = new();
    private readonly Task _renewal;
    private readonly List<JournalStep> _steps = [];
    private readonly string _witnessed;
    private Activity? _activity;

    public RunningOperation(
        NewOperationRow row, OperationCaller caller, OperationData data, GenerationRow? newest,
        IDatabase database, TimeProvider time, IStepWitness witness, OperationChanges changes, TimeSpan lease, Action<string> ended)
    {
        (Id, Kind, Slug, Caller, Data, Newest) = (row.Id, row.Kind, row.Slug, caller, data, newest);
        _witnessed = row.ParentId is null ? row.Kind : $"{row.Kind}:{row.Slug}";
        (_database, _time, _witness, _lease, _ended) = (database, time, witness, lease, ended);
        _changes = changes;
        _steps.Add(new JournalStep(row.Step, row.Now));
        _activity = OperationTrace.NextStep(null, row.Step);
        _renewal = RenewAsync(_renewing.Token);
    }

    public string Id { get; }

    public string Kind { get; }

    public string Slug { get; }

    public OperationCaller Caller { get; }

    public OperationData Data { get; }

    /// <summary>The newest generation of documents before this operation, if there is one.</summary>
    public GenerationRow? Newest { get; }

    /// <summary>The generation this operation made for itself.</summary>
    public long Generation => Data.Generation ?? throw new InvalidOperationException("This operation has no generation of its own.");

    /// <summary>The step that was reached last.</summary>
    public string Step => _steps[^1].Name;

    /// <summary>Whether the switch is durable: from then on there is nothing to undo.</summary>
    public bool IsCommitted { get; private set; }

    /// <summary>What the commit under way would answer. A connection that breaks in a commit leaves open whether it happened.</summary>
    public OperationResult? Pending { get; private set; }

    /// <summary>Notes that a step begins, and renews the lease.</summary>
    /// <exception cref="StepFailedException">The lease ran out and another node undid the operation.</exception>
    public async Task StepAsync(string step, CancellationToken cancellationToken)
    {
        var now = Now;
        _steps.Add(new JournalStep(step, now));
        _activity = OperationTrace.NextStep(_activity, step);
        var steps = StepsJson();
        var noted = await _database.WriteAsync(
            session => OperationRows.StepAsync(session, Id, step, steps, now + (long)_lease.TotalMilliseconds, now), cancellationToken);
        if (noted == 0)
            throw LeaseLost();
        Announce();
        await _witness.ReachedAsync(_witnessed, step);
    }

    /// <summary>Runs the switch and ends the operation in one transaction. Not cancellable: it happens or it does not.</summary>
    public async Task<OperationResult> CommitAsync(Func<DbSession, Task<OperationResult>> work, bool? purged = null)
    {
        await StepAsync("commit", CancellationToken.None);
        var result = await _database.WriteAsync(async session =>
        {
            var done = await work(session);
            await SucceedAsync(session, done, purged);
            return Pending = done;
        });
        IsCommitted = true;
        Announce();
        await _witness.ReachedAsync(_witnessed, "committed");
        return result;
    }

    /// <summary>Ends the entry in the transaction of the switch, with its audit row and event.</summary>
    /// <exception cref="StepFailedException">Somebody else has ended it.</exception>
    public async Task SucceedAsync(DbSession session, OperationResult done, bool? purged)
    {
        var now = Now;
        var ended = await OperationRows.EndAsync(session, new EndOperationRow(
            Id, "succeeded", "commit", StepsJson(), JsonSerializer.Serialize(done, LifecycleJson.Default.OperationResult), null, now));
        if (ended == 0)
            throw LeaseLost();
        await TrailRows.InsertAsync(session, Trails.Succeeded(Caller, done, now, purged));
    }

    /// <summary>Tells whoever follows the operation that its entry has changed, after the commit.</summary>
    public void Announce() => _changes.Changed(Id);

    /// <summary>Takes everything back. Answers the state the journal holds afterwards.</summary>
    public async Task<string> UndoAsync(string code, string message)
    {
        var state = await _database.WriteAsync(session => TakeBackAsync(session, code, message, hasTrail: true));
        Announce();
        return state;
    }

    /// <summary>Ends the entry as failed and drops its generation. Answers the state the journal holds afterwards.</summary>
    public async Task<string> TakeBackAsync(DbSession session, string code, string message, bool hasTrail)
    {
        var now = Now;
        var ended = await OperationRows.EndAsync(session, new EndOperationRow(Id, "failed", Step, StepsJson(), null, $"{code}: {message}", now));
        if (ended == 0)
            return await session.ScalarAsync<string>("SELECT state FROM operation WHERE id = @id", new { id = Id }) ?? "failed";
        if (Data.Generation is { } generation)
            await GenerationRows.DropUnreferencedAsync(session, Caller.UserId, Slug, generation);
        if (hasTrail)
            await TrailRows.InsertAsync(session, Trails.Failed(Caller, Kind, Slug, Id, Step, code, message, now));
        return "failed";
    }

    public async ValueTask DisposeAsync()
    {
        await _renewing.CancelAsync();
        await _renewal.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _renewing.Dispose();
        _activity?.Dispose();
        _ended(Id);
    }

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private string StepsJson() => JsonSerializer.Serialize(_steps, LifecycleJson.Default.ListJournalStep);

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_lease / 3, _time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                await _database.WriteAsync(session => OperationRows.RenewAsync(session, Id, Now + (long)_lease.TotalMilliseconds), cancellationToken);
            }
            catch (DatabaseUnavailableException)
            {
                // The next tick tries again. If the lease runs out meanwhile, the commit finds that it is lost.
            }
        }
    }

    private static StepFailedException LeaseLost() => new(
        "operation.lease_lost", "The operation was silent for longer than its lease and was undone meanwhile. Try again.");
}
