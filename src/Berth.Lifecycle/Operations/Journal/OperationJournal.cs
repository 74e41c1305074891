using System.Collections.Concurrent;
using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Lifecycle.Operations.Log;
using Berth.Lifecycle.Operations.Rows;
using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.Operations.Journal;

/// <summary>Begins operations in the journal and takes back what dead ones left.</summary>
internal sealed partial class OperationJournal(
    IDatabase database, LifecycleOptions options, TimeProvider time, IStepWitness witness, OperationChanges changes, ILogger<OperationJournal> logger)
{
    private readonly ConcurrentDictionary<string, byte> _alive = new(StringComparer.Ordinal);

    /// <summary>Whether an operation runs in this process.</summary>
    public bool IsAlive(string id) => _alive.ContainsKey(id);

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The row of an operation that happens in a single transaction: it is there when all of it is.</summary>
    public NewOperationRow Finished(OperationCaller caller, OperationResult result, OperationData data, long now, string? parentId = null) => new(
        result.OperationId, result.Kind, caller.UserId, result.Slug, "succeeded", "commit", $$"""[{"name":"commit","at":{{now}}}]""",
        JsonSerializer.Serialize(data, LifecycleJson.Default.OperationData),
        JsonSerializer.Serialize(result, LifecycleJson.Default.OperationResult), options.NodeName, now, now,
        parentId is null ? caller.IdempotencyKey : null, parentId);

    /// <summary>Takes the database lease and, when a version is named, makes a generation for its documents.</summary>
    /// <returns><see langword="null"/> when another operation runs on the same plugin of the same user.</returns>
    public async Task<RunningOperation?> StartAsync(
        string kind, OperationCaller caller, string slug, string? generationFor, OperationData data, CancellationToken cancellationToken) =>
        (await StartAllAsync(caller, [new JournalEntry(kind, slug, generationFor, data)], 0, cancellationToken)).Running is [var one] ? one : null;

    /// <summary>The same for several at once: all leases or none. The entries of the others name the main one's as their parent.</summary>
    /// <returns>Or the plugin on which another operation of the same user runs.</returns>
    public async Task<(RunningGroup? Group, string? Busy)> StartGroupAsync(
        OperationCaller caller, IReadOnlyList<JournalEntry> entries, int main, CancellationToken cancellationToken)
    {
        var (running, busy) = await StartAllAsync(caller, entries, main, cancellationToken);
        return running is null ? (null, busy) : (new RunningGroup(running, running[main], database, witness), null);
    }

    private async Task<(IReadOnlyList<RunningOperation>? Running, string? Busy)> StartAllAsync(
        OperationCaller caller, IReadOnlyList<JournalEntry> entries, int main, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return (await TryStartAsync(caller, entries, main, cancellationToken), null);
            }
            catch (DatabaseConstraintException exception) when (exception.IsUnique)
            {
                // The holder may be dead: then its operation is undone here and now, and ours begins.
                foreach (var entry in entries)
                {
                    var holder = await database.ReadAsync(session => OperationRows.RunningAsync(session, caller.UserId, entry.Slug), cancellationToken);
                    if (holder is not null && (attempt > 0 || !await RecoverAsync(holder, cancellationToken)))
                        return (null, entry.Slug);
                }

                if (attempt > 0)
                    return (null, entries[main].Slug);
            }
        }
    }

    /// <summary>What a request with this key has done since then, durably.</summary>
    public async Task<IReadOnlyList<OperationResult>> CompletedAsync(string idempotencyKey, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var results = await database.ReadAsync(
            session => OperationRows.ResultsOfKeyAsync(session, idempotencyKey, since.ToUnixTimeMilliseconds()), cancellationToken);
        return [.. results.Select(result => JsonSerializer.Deserialize(result, LifecycleJson.Default.OperationResult)!)];
    }

    /// <summary>Undoes the operations of dead processes: those of this node and those whose lease ran out. Returns how many.</summary>
    public async Task<int> RecoverAsync(bool includeOwn, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(session => OperationRows.AllRunningAsync(session, includeOwn ? options.NodeName : "", Now), cancellationToken);
        var recovered = 0;
        foreach (var row in rows)
        {
            if (await RecoverAsync(row, cancellationToken))
                recovered++;
        }

        return recovered;
    }

    private async Task<IReadOnlyList<RunningOperation>> TryStartAsync(
        OperationCaller caller, IReadOnlyList<JournalEntry> entries, int main, CancellationToken cancellationToken)
    {
        // The ticket names the operation that was asked for, not what comes along.
        var ids = entries.Select((_, i) => i == main ? OperationTicket.IdFor(caller) : NewId()).ToList();
        ids.ForEach(id => _alive.TryAdd(id, 0));
        try
        {
            var now = Now;
            var begun = await database.WriteAsync(
                async session =>
                {
                    var rows = new Begun[entries.Count];

                    // In one order for everybody, so that two groups never wait for each other in a circle.
                    foreach (var i in Enumerable.Range(0, entries.Count).OrderBy(i => entries[i].Slug, StringComparer.Ordinal))
                        rows[i] = await BeginAsync(session, caller, entries[i], ids[i], i == main ? null : ids[main], now);
                    return rows;
                },
                cancellationToken);
            OperationTicket.Begin(caller, ids[main]);
            await witness.ReachedAsync(entries[main].Kind, "begin");
            return [.. begun.Select(one => new RunningOperation(
                one.Row, caller, one.Data, one.Newest, database, time, witness, changes, options.OperationLease, ended => _alive.TryRemove(ended, out _)))];
        }
        catch
        {
            ids.ForEach(id => _alive.TryRemove(id, out _));
            throw;
        }
    }

    private async Task<Begun> BeginAsync(DbSession session, OperationCaller caller, JournalEntry entry, string id, string? parentId, long now)
    {
        var newest = entry.GenerationFor is null ? null : await GenerationRows.NewestAsync(session, caller.UserId, entry.Slug);
        var data = entry.GenerationFor is null ? entry.Data : entry.Data with { Generation = (newest?.Generation ?? 0) + 1 };
        var row = new NewOperationRow(
            id, entry.Kind, caller.UserId, entry.Slug, "running", "begin", $$"""[{"name":"begin","at":{{now}}}]""",
            JsonSerializer.Serialize(data, LifecycleJson.Default.OperationData), null,
            options.NodeName, now + (long)options.OperationLease.TotalMilliseconds, now, parentId is null ? caller.IdempotencyKey : null, parentId);
        await OperationRows.InsertAsync(session, row);
        if (data.Generation is { } generation)
            await GenerationRows.InsertAsync(session, caller.UserId, entry.Slug, generation, entry.GenerationFor!, now);
        return new Begun(row, data, newest);
    }

    /// <summary>Undoes one operation unless its process lives. An operation whose switch had committed is not running any more.</summary>
    private async Task<bool> RecoverAsync(OperationRow row, CancellationToken cancellationToken)
    {
        if (_alive.ContainsKey(row.Id))
            return false;
        var now = Now;
        if (!string.Equals(row.Node, options.NodeName, StringComparison.Ordinal) && row.LeaseUntil >= now)
            return false;

        var data = JsonSerializer.Deserialize(row.Data, LifecycleJson.Default.OperationData) ?? new OperationData();
        var undone = await database.WriteAsync(
            async session =>
            {
                const string Why = "operation.interrupted: The process ended in the middle of the operation; what it had begun was taken back.";
                if (await OperationRows.EndAsync(session, new EndOperationRow(row.Id, "undone", row.Step, row.Steps, null, Why, now)) == 0)
                    return false;
                if (data.Generation is { } generation)
                    await GenerationRows.DropUnreferencedAsync(session, row.UserId, row.PluginSlug, generation);
                return true;
            },
            cancellationToken);
        changes.Changed(row.Id);
        if (undone)
            LogUndone(row.Id, row.Kind, row.PluginSlug, row.UserId, row.Step);
        return undone;
    }

    public static string NewId() => Guid.CreateVersion7().ToString("n");

    private sealed record Begun(NewOperationRow Row, OperationData Data, GenerationRow? Newest);

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Operation {Operation} ({Kind} of {Plugin} for user {User}) was interrupted at the step '{Step}' and has been undone")]
    private partial void LogUndone(string operation, string kind, string plugin, string user, string step);
}

/// <summary>What is to be begun.</summary>
/// <param name="Kind">Of <see cref="OperationKinds"/>.</param>
/// <param name="Slug">The plugin.</param>
/// <param name="GenerationFor">The version whose documents get a generation of their own, if any.</param>
/// <param name="Data">What the undo needs.</param>
internal sealed record JournalEntry(string Kind, string Slug, string? GenerationFor, OperationData Data);
