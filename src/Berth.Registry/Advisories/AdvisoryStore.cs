using System.Text;
using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Packaging.Scanning.Dependencies;
using Berth.Registry.Advisories.Rechecking;

namespace Berth.Registry.Advisories;

/// <inheritdoc />
internal sealed class AdvisoryStore(IDatabase database, RecheckSignal signal, TimeProvider time) : IAdvisories
{
    // Enough for group commit to matter, little enough for others to get in between.
    private const int AtOnce = 100;

    public Task<Packaging.Scanning.Dependencies.Advisories?> FindAsync(IReadOnlyList<PackageDependency> dependencies, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async session => await session.FirstOrDefaultAsync<string>("SELECT id FROM advisory LIMIT 1") is null
                ? null
                : new Packaging.Scanning.Dependencies.Advisories(await AdvisoryHits.AboutAsync(session, dependencies)),
            cancellationToken);

    public async Task<AdvisoryImport> ImportAsync(Stream content, string userId, bool isDryRun, CancellationToken cancellationToken)
    {
        var result = new AdvisoryImport(0, 0, 0, 0, 0);
        var batch = new List<(OsvAdvisory Advisory, string Document)>();
        var recheck = new ImportRecheck(userId);
        await foreach (var document in AdvisoryFiles.ReadAsync(content, cancellationToken))
        {
            if (document is null || OsvReader.Read(document) is not { } advisory)
            {
                result = result with { Unreadable = result.Unreadable + 1 };
            }
            else if (advisory.Affected.Count == 0)
            {
                result = result with { OtherEcosystems = result.OtherEcosystems + 1 };
            }
            else
            {
                // PostgreSQL takes no NUL, and no advisory needs one.
                batch.Add((advisory, Encoding.UTF8.GetString(document).Replace("\0", "", StringComparison.Ordinal)));
                if (batch.Count == AtOnce)
                    result = await WriteAsync(result, batch, recheck, isDryRun, cancellationToken);
            }
        }

        result = await WriteAsync(result, batch, recheck, isDryRun, cancellationToken);
        if (!isDryRun)
        {
            var detail = JsonSerializer.Serialize(new { imported = result.Imported, unchanged = result.Unchanged, affected = result.Affected });
            await database.WriteAsync(session => RegistryRecords.AddAuditAsync(session, time.GetUtcNow().ToUnixTimeMilliseconds(), userId, "advisory.import", "advisories", detail), CancellationToken.None);
        }

        return result;
    }

    public Task<IReadOnlyList<AdvisoryRecord>> ListAsync(string? package, string? after, int limit, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<AdvisoryRecord>>(
        async session => [.. (await session.QueryAsync<AdvisoryRow>(
            package is null
                ? "SELECT id, modified, withdrawn, severity, summary FROM advisory WHERE id > @after ORDER BY id LIMIT @limit"
                : "SELECT id, modified, withdrawn, severity, summary FROM advisory WHERE id > @after AND id IN (SELECT advisory_id FROM advisory_package WHERE name = @package) ORDER BY id LIMIT @limit",
            new { after = after ?? "", limit, package })).Select(row => row.ToRecord())],
        cancellationToken);

    public Task<IReadOnlyList<AdvisoryDocument>> DocumentsAsync(string? after, int limit, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.QueryAsync<AdvisoryDocument>("SELECT id, document FROM advisory WHERE id > @after ORDER BY id LIMIT @limit", new { after = after ?? "", limit }), cancellationToken);

    public Task<IReadOnlyList<AffectedVersion>> AffectedAsync(string? after, int limit, CancellationToken cancellationToken)
    {
        var key = (after ?? "").Split('\n');
        string At(int index) => index < key.Length ? key[index] : "";
        return database.ReadAsync<IReadOnlyList<AffectedVersion>>(
            async session => [.. (await session.QueryAsync<HitRow>(
                """
                SELECT slug, version, advisory_id, ecosystem, name, used_version, severity, found_at FROM advisory_hit
                WHERE (slug, version, advisory_id, ecosystem, name, used_version) > (@slug, @version, @advisory, @ecosystem, @name, @used)
                ORDER BY slug, version, advisory_id, ecosystem, name, used_version LIMIT @limit
                """,
                new { slug = At(0), version = At(1), advisory = At(2), ecosystem = At(3), name = At(4), used = At(5), limit })).Select(row => row.ToRecord())],
            cancellationToken);
    }

    private async Task<AdvisoryImport> WriteAsync(AdvisoryImport result, List<(OsvAdvisory Advisory, string Document)> batch, ImportRecheck recheck, bool isDryRun, CancellationToken cancellationToken)
    {
        var at = time.GetUtcNow().ToUnixTimeMilliseconds();
        var items = batch.ToList();
        batch.Clear();
        if (items.Count == 0)
            return result;
        var (imported, affected) = isDryRun
            ? (await database.ReadAsync(session => CountAsync(session, items), cancellationToken), 0)
            : await database.WriteAsync(session => PutAsync(session, items, recheck, at), cancellationToken);
        if (!isDryRun && recheck.HasBegun)
            signal.Set();
        return result with
        {
            Imported = result.Imported + imported,
            Unchanged = result.Unchanged + items.Count - imported,
            Affected = result.Affected + affected,
            Scans = recheck.HasBegun ? [recheck.RunId] : [],
        };
    }

    private static async Task<int> CountAsync(DbSession session, List<(OsvAdvisory Advisory, string Document)> items)
    {
        var count = 0;
        foreach (var (advisory, _) in items)
        {
            var known = await session.ScalarAsync<long?>("SELECT modified FROM advisory WHERE id = @Id", new { advisory.Id });
            count += known is null || known < advisory.Modified.ToUnixTimeMilliseconds() ? 1 : 0;
        }

        return count;
    }

    private static async Task<(int Imported, int Affected)> PutAsync(DbSession session, List<(OsvAdvisory Advisory, string Document)> items, ImportRecheck recheck, long at)
    {
        await AdvisoryGate.ChangeAsync(session);
        var (imported, affected) = (0, 0);
        foreach (var (advisory, document) in items)
        {
            var changed = await session.ExecuteAsync(
                """
                INSERT INTO advisory (id, modified, withdrawn, severity, summary, document, imported_at) VALUES (@Id, @modified, @withdrawn, @severity, @summary, @document, @at)
                ON CONFLICT (id) DO UPDATE SET modified = excluded.modified, withdrawn = excluded.withdrawn, severity = excluded.severity, summary = excluded.summary,
                    document = excluded.document, imported_at = excluded.imported_at
                WHERE advisory.modified < excluded.modified
                """,
                new
                {
                    advisory.Id,
                    modified = advisory.Modified.ToUnixTimeMilliseconds(),
                    withdrawn = advisory.Withdrawn?.ToUnixTimeMilliseconds(),
                    severity = advisory.Severity.ToString().ToLowerInvariant(),
                    summary = advisory.Summary?.Replace("\0", "", StringComparison.Ordinal),
                    document,
                    at,
                });
            if (changed == 0)
                continue;
            imported++;
            await session.ExecuteAsync("DELETE FROM advisory_package WHERE advisory_id = @Id", new { advisory.Id });
            foreach (var (ecosystem, name) in advisory.Affected.Select(item => (item.Ecosystem, item.Name)).Distinct())
                await session.ExecuteAsync("INSERT INTO advisory_package (advisory_id, ecosystem, name) VALUES (@Id, @ecosystem, @name)", new { advisory.Id, ecosystem, name });
            var reach = await AdvisoryHits.RefreshAdvisoryAsync(session, advisory, at);
            affected += reach.Fresh;
            await recheck.AddAsync(session, reach.Versions, at);
        }

        if (imported > 0)
            await recheck.AddNotConfiguredAsync(session, at);
        return (imported, affected);
    }

    private sealed record AdvisoryRow(string Id, long Modified, long? Withdrawn, string Severity, string? Summary)
    {
        public AdvisoryRecord ToRecord() => new(Id, DateTimeOffset.FromUnixTimeMilliseconds(Modified), Withdrawn is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null, Severity, Summary);
    }

    private sealed record HitRow(string Slug, string Version, string AdvisoryId, string Ecosystem, string Name, string UsedVersion, string Severity, long FoundAt)
    {
        public AffectedVersion ToRecord() => new(Slug, Version, AdvisoryId, Ecosystem, Name, UsedVersion, Severity, DateTimeOffset.FromUnixTimeMilliseconds(FoundAt));
    }
}
