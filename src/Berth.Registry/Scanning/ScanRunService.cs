using Berth.Data.Blobs;
using Berth.Data.Sessions;
using Berth.Packaging.Archive;
using Berth.Packaging.Scanning;
using Berth.Registry.Advisories;
using Berth.Registry.Catalog;
using Berth.Registry.Trust;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Berth.Registry.Scanning;

/// <summary>
/// Runs scans of everything, a version at a time; each is written with the run's position, so that a run goes on where the
/// process before ended. A version that the policy does not let pass any more goes to the reviewers.
/// </summary>
internal sealed partial class ScanRunService(
    IDatabase database, IPackageBlobs blobs, IPackageScanner scanner, ITrustPolicies policies, CatalogSnapshots snapshots, PackageLimits limits, ScanRunSignal signal, TimeProvider time, ILogger<ScanRunService> logger)
    : BackgroundService
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(30);
    private readonly string _holder = Guid.NewGuid().ToString("N");

    /// <summary>Works on runs until none is left.</summary>
    public async Task WorkAsync(CancellationToken cancellationToken)
    {
        while (await database.WriteAsync(session => ScanRunRows.TakeAsync(session, _holder, Now(), Until()), cancellationToken) is { } run)
        {
            if (await database.ReadAsync(session => ScanRunRows.NextAsync(session, run.AfterSlug, run.AfterVersion), cancellationToken) is { } next)
                await StepAsync(run.Id, next, cancellationToken);
            else
                await database.WriteAsync(session => ScanRunRows.EndAsync(session, run.Id, _holder, Now()), cancellationToken);
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

    private async Task StepAsync(string runId, NextVersion next, CancellationToken cancellationToken)
    {
        var report = await ScanAsync(next, cancellationToken);
        var at = Now();
        await database.WriteAsync(
            async session =>
            {
                var (isWorse, isHeld) = report is null ? (false, false) : await StoreAsync(session, next, report, at);
                return await ScanRunRows.AdvanceAsync(session, runId, _holder, next, report is null, isWorse, isHeld, Until());
            },
            cancellationToken);
        snapshots.Invalidate(next.Slug);
    }

    private async Task<ScanReport?> ScanAsync(NextVersion next, CancellationToken cancellationToken)
    {
        try
        {
            await using var content = await blobs.OpenAsync(next.Digest, cancellationToken);
            if (content is null || (await PackageReader.ReadAsync(content, limits, cancellationToken)).Package is not { } package)
                return null;
            return await scanner.ScanAsync(content, package, next.OwnerId, cancellationToken);
        }
        catch (IOException exception)
        {
            LogUnreadable(exception, next.Slug, next.Version);
            return null;
        }
    }

    private async Task<(bool IsWorse, bool IsHeld)> StoreAsync(DbSession session, NextVersion next, ScanReport report, long at)
    {
        await AdvisoryGate.UseAsync(session);
        var before = await ScanRows.FindAsync(session, next.Slug, next.Version);
        await ScanRows.PutAsync(session, next.Slug, next.Version, new ScanEvidence([.. report.Verdicts.Select(VerdictRecord.Of)], report.Dependencies), at);
        await AdvisoryHits.RefreshVersionAsync(session, next.Slug, next.Version, report.Dependencies, at);
        return await ScanConsequence.ApplyAsync(session, next, before, report, policies.Of(next.TrustLevel), at);
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();

    private long Until() => (time.GetUtcNow() + Lease).ToUnixTimeMilliseconds();

    [LoggerMessage(Level = LogLevel.Error, Message = "A scan of everything stopped; it goes on in half a minute")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Slug} {Version} could not be read and was not scanned")]
    private partial void LogUnreadable(Exception exception, string slug, string version);
}
