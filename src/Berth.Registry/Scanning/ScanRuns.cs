using System.Diagnostics;
using System.Text.Json;
using Berth.Data.Blobs;
using Berth.Data.Sessions;
using Berth.Packaging.Archive;
using Berth.Packaging.Scanning;
using Berth.Packaging.Scanning.Indicators;

namespace Berth.Registry.Scanning;

/// <inheritdoc />
internal sealed class ScanRuns(IDatabase database, IPackageBlobs blobs, PackageLimits limits, ScanRunSignal signal, TimeProvider time) : IScanRuns
{
    private const int MaxHits = 100;
    private const int MaxSearched = 500;
    private static readonly TimeSpan MaxSearch = TimeSpan.FromSeconds(10);

    public async Task<ScanRun> StartAsync(string reason, IReadOnlyList<Indicator> indicators, string userId, CancellationToken cancellationToken = default)
    {
        var id = Guid.NewGuid().ToString("N");
        var at = time.GetUtcNow().ToUnixTimeMilliseconds();
        await database.WriteAsync(
            async session =>
            {
                foreach (var indicator in indicators)
                    await IndicatorRows.PutAsync(session, indicator, userId, at);
                var total = await ScanRunRows.CountAsync(session);
                await session.ExecuteAsync(
                    "INSERT INTO scan_run (id, state, reason, started_by, started_at, total) VALUES (@id, 'running', @reason, @userId, @at, @total)", new { id, reason, userId, at, total });
                return await RegistryRecords.AddAuditAsync(session, at, userId, "scan.start", id, JsonSerializer.Serialize(new { reason, total, indicators = indicators.Count }));
            },
            cancellationToken);
        signal.Set();
        return await FindAsync(id, CancellationToken.None) ?? throw new InvalidOperationException($"The run {id} is gone.");
    }

    public Task<ScanRun?> FindAsync(string id, CancellationToken cancellationToken = default) => database.ReadAsync(session => ScanRunRows.FindAsync(session, id), cancellationToken);

    public Task<IReadOnlyList<ScanRun>> ListAsync(CancellationToken cancellationToken = default) => database.ReadAsync(ScanRunRows.ListAsync, cancellationToken);

    public Task<long> CountAsync(CancellationToken cancellationToken = default) => database.ReadAsync(ScanRunRows.CountAsync, cancellationToken);

    public async Task<IndicatorPage> SearchAsync(Indicator indicator, string? cursor, CancellationToken cancellationToken = default)
    {
        var key = (cursor ?? "\n").Split('\n');
        var (slug, version) = (key[0], key.Length > 1 ? key[1] : "");
        var hits = new List<IndicatorHit>();
        var begun = Stopwatch.GetTimestamp();
        for (var searched = 0; ; searched++)
        {
            // A page has an end in hits, in packages and in time; the next one goes on behind it.
            if (hits.Count >= MaxHits || searched >= MaxSearched || Stopwatch.GetElapsedTime(begun) > MaxSearch)
                return new IndicatorPage(hits, searched, $"{slug}\n{version}");
            var (from, behind) = (slug, version);
            if (await database.ReadAsync(session => ScanRunRows.NextAsync(session, from, behind), cancellationToken) is not { } next)
                return new IndicatorPage(hits, searched, null);
            (slug, version) = (next.Slug, next.Version);
            await using var content = await blobs.OpenAsync(next.Digest, cancellationToken);
            if (content is null || (await PackageReader.ReadAsync(content, limits, cancellationToken)).Package is not { } package)
                continue;
            var verdict = await PackageScan.FindAsync(content, package, [indicator], limits, cancellationToken);
            if (verdict.Outcome is ScanOutcome.Findings found)
                hits.AddRange(found.Items.Select(item => new IndicatorHit(next.Slug, next.Version, next.State, item.File, item.Line, item.Column)));
        }
    }
}
