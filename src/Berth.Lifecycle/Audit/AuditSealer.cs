using Berth.Data.Sessions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.Audit;

/// <summary>
/// Seals the audit behind its writers: they never wait for it or for each other. What was written a second ago is sealed; a
/// server that stops seals what there is.
/// </summary>
/// <remarks>
/// On SQLite numbers are committed in their order. On PostgreSQL a transaction draws a number before it commits, so a smaller
/// one may still appear: everything up to the newest number is decided once every transaction has ended that has an id below
/// one that was given after that number was seen (a writer has its id before it draws: the trigger of schema 0019).
/// </remarks>
internal sealed partial class AuditSealer(IDatabase database, CommitSignal commits, TimeProvider time, ILogger<AuditSealer> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim _one = new(1, 1);
    private Barrier? _barrier;

    /// <summary>Seals all that is decided. Returns whether there is more that waits for a running transaction.</summary>
    public async Task<bool> SealAsync(CancellationToken cancellationToken = default)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            while (await DecidedAsync(cancellationToken) is { } upTo)
            {
                var at = time.GetUtcNow().ToUnixTimeMilliseconds();
                while (await database.ReadAsync(session => AuditSealRows.NextAsync(session, upTo, at), cancellationToken) is { } seal)
                {
                    if (!await TryInsertAsync(seal, cancellationToken))
                        break;
                }
            }

            return _barrier is not null;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TrySealAsync(cancellationToken);
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _one.Dispose();
        base.Dispose();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var commit = commits.NextAsync();
            var isHeld = await TrySealAsync(stoppingToken);
            if (!isHeld)
                await commit.WaitAsync(stoppingToken);
            await Task.Delay(Pause, time, stoppingToken);
        }
    }

    private async Task<bool> TrySealAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await SealAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is DatabaseUnavailableException or ObjectDisposedException)
        {
            NotSealed(logger, exception);
            return true;
        }
    }

    private async Task<bool> TryInsertAsync(AuditSeal seal, CancellationToken cancellationToken)
    {
        try
        {
            return await database.WriteAsync(session => AuditSealRows.InsertAsync(session, seal), cancellationToken);
        }
        catch (DatabaseConstraintException exception) when (exception.IsUnique)
        {
            // Another node was faster.
            return false;
        }
    }

    /// <summary>The number up to which nothing can appear any more; <see langword="null"/> when nothing new is decided.</summary>
    private async Task<long?> DecidedAsync(CancellationToken cancellationToken)
    {
        var (head, newest) = await database.ReadAsync(
            async session => ((await AuditSealRows.HeadAsync(session)).SeqTo, await session.ScalarAsync<long?>("SELECT MAX(seq) FROM audit") ?? 0), cancellationToken);
        if (database.Kind == DatabaseKind.Sqlite)
            return newest > head ? newest : null;
        if (_barrier is { } old && old.UpTo <= head)
            _barrier = null;
        if (newest <= head)
            return null;
        _barrier ??= new Barrier(newest, await database.WriteAsync(
            session => session.ScalarAsync<long>("SELECT CAST(CAST(pg_current_xact_id() AS TEXT) AS BIGINT)"), cancellationToken));
        var oldest = await database.ReadAsync(
            session => session.ScalarAsync<long>("SELECT CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT)"), cancellationToken);
        if (oldest < _barrier.Next)
            return null;
        var decided = _barrier.UpTo;
        _barrier = null;
        return decided;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The audit could not be sealed; it is tried again")]
    private static partial void NotSealed(ILogger logger, Exception exception);

    /// <summary>Up to this number everything is decided once all transactions below this id have ended.</summary>
    private sealed record Barrier(long UpTo, long Next);
}
