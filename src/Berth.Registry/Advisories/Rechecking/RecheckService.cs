using Berth.Data.Sessions;
using Berth.Registry.Catalog;
using Berth.Registry.Trust;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Berth.Registry.Advisories.Rechecking;

/// <summary>
/// Works on what imports of advisories queued, a batch at a time: the verdicts, what they hold and lift, and the run's place in its
/// queue are one transaction, so a run goes on where the process before ended.
/// </summary>
internal sealed partial class RecheckService(
    IDatabase database, ITrustPolicies policies, CatalogSnapshots snapshots, RecheckSignal signal, TimeProvider time, ILogger<RecheckService> logger) : BackgroundService
{
    // On SQLite all other writers wait for a batch.
    private const int AtOnce = 16;
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(30);
    private readonly string _holder = Guid.NewGuid().ToString("N");

    /// <summary>Works until nothing is left, or for so many batches.</summary>
    public async Task WorkAsync(CancellationToken cancellationToken, int most = int.MaxValue)
    {
        for (var batches = 0; batches < most; batches++)
        {
            if (await database.WriteAsync(session => RecheckRows.TakeAsync(session, _holder, Now(), Until()), cancellationToken) is not { } runId)
                return;
            foreach (var (slug, _) in await database.WriteAsync(session => StepAsync(session, runId), cancellationToken))
                snapshots.Invalidate(slug);
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

    private async Task<IReadOnlyList<(string Slug, string Version)>> StepAsync(DbSession session, string runId)
    {
        await AdvisoryGate.UseAsync(session);
        // Another node has it now, which knows what is left.
        if (!await RecheckRows.KeepAsync(session, runId, _holder, Until()))
            return [];
        var batch = await RecheckRows.DequeueAsync(session, runId, AtOnce);
        await RecheckRows.AdvanceAsync(session, runId, await DependencyRecheck.RunAsync(session, batch, policies, Now()), Now());
        return batch;
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();

    private long Until() => (time.GetUtcNow() + Lease).ToUnixTimeMilliseconds();

    [LoggerMessage(Level = LogLevel.Error, Message = "Judging dependencies again stopped; it goes on in half a minute")]
    private partial void LogFailed(Exception exception);
}
