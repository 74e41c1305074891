using Berth.Data.Blobs;
using Berth.Data.Sessions;
using Berth.Packaging.Archive;
using Berth.Registry.Catalog;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Berth.Registry.Keys.Countersigning;

/// <summary>
/// Works on runs, a version at a time; each is written with the run's position, so that a run goes on where the process before
/// ended. What cannot be countersigned again is counted and left as it is.
/// </summary>
internal sealed partial class CountersignService(
    IDatabase database, IPackageBlobs blobs, Countersigner countersigner, CatalogSnapshots snapshots, PackageLimits limits, CountersignSignal signal, TimeProvider time,
    ILogger<CountersignService> logger) : BackgroundService
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(30);
    private readonly string _holder = Guid.NewGuid().ToString("N");

    /// <summary>Works on runs until none is left, or for so many versions.</summary>
    public async Task WorkAsync(CancellationToken cancellationToken, int most = int.MaxValue)
    {
        for (var steps = 0; steps < most; steps++)
        {
            if (await database.WriteAsync(session => CountersignRunRows.TakeAsync(session, _holder, Now(), Until()), cancellationToken) is not { } run)
                return;
            if (await database.ReadAsync(session => CountersignRunRows.NextAsync(session, run.AfterSlug, run.AfterVersion), cancellationToken) is { } next)
                await StepAsync(run.Id, next, cancellationToken);
            else
                await database.WriteAsync(session => CountersignRunRows.EndAsync(session, run.Id, _holder, Now()), cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await WorkAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogFailed(exception);
            }

            await signal.WaitAsync(Idle, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task StepAsync(string runId, LapsedVersion next, CancellationToken cancellationToken)
    {
        var payload = await PayloadAsync(next, cancellationToken);
        var at = Now();
        await database.WriteAsync(
            async session => await CountersignRunRows.AdvanceAsync(
                session, runId, _holder, next, payload is not null && await countersigner.ReplaceAsync(session, next, payload, at), Until()),
            cancellationToken);
        snapshots.Invalidate(next.Slug);
    }

    private async Task<byte[]?> PayloadAsync(LapsedVersion version, CancellationToken cancellationToken)
    {
        try
        {
            return await SignedPayload.OfAsync(blobs, limits, version.Digest, $"{version.Slug} {version.Version}", cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            LogUnreadable(exception, version.Slug, version.Version);
            return null;
        }
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();

    private long Until() => (time.GetUtcNow() + Lease).ToUnixTimeMilliseconds();

    [LoggerMessage(Level = LogLevel.Error, Message = "Countersigning again stopped; it goes on in half a minute")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Slug} {Version} could not be read and was not countersigned again")]
    private partial void LogUnreadable(Exception exception, string slug, string version);
}
