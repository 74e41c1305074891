using System.Collections.Concurrent;
using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Lifecycle.Operations.Rows;
using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.Operations.Journal;

/// <summary>Begins operations in the journal and takes back what dead ones left.</summary>
internal sealed partial class OperationJournal(
    IDatabase database, LifecycleOptions options, TimeProvider time, IStepWitness witness, ILogger<OperationJournal> logger)
{
    private readonly ConcurrentDictionary<string, byte> _alive = new(StringComparer.Ordinal);

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The row of an operation that happens in a single transaction: it is there when all of it is.</summary>
    public NewOperationRow Finished(OperationCaller caller, OperationResult result, OperationData data, long now) => new(
        result.OperationId, result.Kind, caller.UserId, result.Slug, "succeeded", "commit", $$"""[{"name":"commit","at":{{now}}}]""",
        JsonSerializer.Serialize(data, LifecycleJson.Default.OperationData),
        JsonSerializer.Serialize(result, LifecycleJson.Default.OperationResult), options.NodeName, now, now, caller.IdempotencyKey);

    /// <summary>Takes the database lease and, when a version is named, makes a generation for its documents.</summary>
    /// <returns><see langword="null"/> when another operation runs on the same plugin of the same user.</returns>
    public async Task<RunningOperation?> StartAsync(
        string kind, OperationCaller caller, string slug, string? generationFor, OperationData data, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await TryStartAsync(kind, caller, slug, generationFor, data, cancellationToken);
            }
            catch (DatabaseConstraintException exception) when (exception.IsUnique)
            {
                // The holder may be dead: then its operation is undone here and now, and ours begins.
                var holder = await database.ReadAsync(session => OperationRows.RunningAsync(session, caller.UserId, slug), cancellationToken);
                if (attempt > 0 || (holder is not null && !await RecoverAsync(holder, cancellationToken)))
                    return null;
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

    private async Task<RunningOperation> TryStartAsync(
        string kind, OperationCaller caller, string slug, string? generationFor, OperationData data, CancellationToken cancellationToken)
    {
        var id = NewId();
        _alive.TryAdd(id, 0);
        try
        {
            var now = Now;
            var (row, stored, newest) = await database.WriteAsync(
                async session =>
                {
                    var before = generationFor is null ? null : await GenerationRows.NewestAsync(session, caller.UserId, slug);
                    var own = generationFor is null ? data : data with { Generation = (before?.Generation ?? 0) + 1 };
                    var begun = new NewOperationRow(
                        id, kind, caller.UserId, slug, "running", "begin", $$"""[{"name":"begin","at":{{now}}}]""",
                        JsonSerializer.Serialize(own, LifecycleJson.Default.OperationData), null,
                        options.NodeName, now + (long)options.OperationLease.TotalMilliseconds, now, caller.IdempotencyKey);
                    await OperationRows.InsertAsync(session, begun);
                    if (own.Generation is { } generation)
                        await GenerationRows.InsertAsync(session, caller.UserId, slug, generation, generationFor!, now);
                    return (begun, own, before);
                },
                cancellationToken);
            await witness.ReachedAsync(kind, "begin");
            return new RunningOperation(row, caller, stored, newest, database, time, witness, options.OperationLease, ended => _alive.TryRemove(ended, out _));
        }
        catch
        {
            _alive.TryRemove(id, out _);
            throw;
        }
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
        if (undone)
            LogUndone(row.Id, row.Kind, row.PluginSlug, row.UserId, row.Step);
        return undone;
    }

    public static string NewId() => Guid.CreateVersion7().ToString("n");

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Operation {Operation} ({Kind} of {Plugin} for user {User}) was interrupted at the step '{Step}' and has been undone")]
    private partial void LogUndone(string operation, string kind, string plugin, string user, string step);
}
