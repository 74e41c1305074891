using Berth.Data.Sessions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Berth.Registry.Publishing;

/// <summary>
/// Keeps the leases of publishes that nobody waits for, takes up those whose process is gone, and lets those of this process
/// end when it stops.
/// </summary>
internal sealed partial class PublishService(
    IDatabase database, Publisher publisher, RunningPublishes running, PublishOptions options, TimeProvider time, ILogger<PublishService> logger) : BackgroundService
{
    private const int AtOnce = 32;

    // When there is nothing to take up, another node's death is noticed as late as this.
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RefusedAreKept = TimeSpan.FromDays(7);
    private DateTimeOffset _swept;

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await publisher.StopAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var lookAgainAt = DateTimeOffset.MinValue;
        try
        {
            while (true)
            {
                if (running.HasJournaled)
                    await TryAsync(RenewAsync, stoppingToken);
                if (time.GetUtcNow() >= lookAgainAt)
                    lookAgainAt = time.GetUtcNow() + (await TryAsync(TakeUpAsync, stoppingToken) ? options.Lease / 3 : Idle);
                await Task.Delay(options.Lease / 5, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    private async Task<bool> RenewAsync(CancellationToken cancellationToken)
    {
        var ids = running.All.Where(run => run.IsJournaled).Select(run => run.Work.Id).ToList();
        foreach (var part in ids.Chunk(500))
            await database.WriteAsync(session => PublicationRows.RenewAsync(session, part, (time.GetUtcNow() + options.Lease).ToUnixTimeMilliseconds()), cancellationToken);
        return ids.Count > 0;
    }

    /// <summary>Takes up what was left. Answers whether there is more to look after soon.</summary>
    private async Task<bool> TakeUpAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now - _swept > TimeSpan.FromHours(1))
        {
            await database.WriteAsync(session => PublicationRows.ForgetRefusedAsync(session, (now - RefusedAreKept).ToUnixTimeMilliseconds()), cancellationToken);
            _swept = now;
        }

        while (true)
        {
            var ids = await database.ReadAsync(session => PublicationRows.AbandonedAsync(session, time.GetUtcNow().ToUnixTimeMilliseconds(), AtOnce), cancellationToken);
            if (ids.Count == 0)
                return await database.ReadAsync(PublicationRows.RunningAsync, cancellationToken) > 0;
            await Task.WhenAll(ids.Select(id => ResumeAsync(id, cancellationToken)));
        }
    }

    private async Task ResumeAsync(string id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var row = await database.WriteAsync(
            session => PublicationRows.ClaimAsync(session, id, running.Node, now.ToUnixTimeMilliseconds(), (now + options.Lease).ToUnixTimeMilliseconds()), cancellationToken);
        if (row is null)
            return;
        LogTakenUp(id, row.Attempts);
        await publisher.ResumeAsync(row, cancellationToken);
    }

    private async Task<bool> TryAsync(Func<CancellationToken, Task<bool>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // A database that is away must not end the service: what is left is still there when it is back.
            LogFailed(exception);
            return true;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Taking up the publish {Id}, attempt {Attempt}: its process is gone")]
    private partial void LogTakenUp(string id, long attempt);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Publishes that nobody waits for could not be looked after; it is tried again")]
    private partial void LogFailed(Exception exception);
}
