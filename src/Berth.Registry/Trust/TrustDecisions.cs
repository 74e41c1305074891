using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Registry.Catalog;
using Berth.Registry.Search;

namespace Berth.Registry.Trust;

/// <inheritdoc />
internal sealed class TrustDecisions(IDatabase database, CatalogSnapshots snapshots, TimeProvider time) : ITrustDecisions
{
    public async Task<bool> DecideAsync(string slug, string level, string decidedBy, string reason, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(slug);
        ArgumentException.ThrowIfNullOrWhiteSpace(decidedBy);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        if (!TrustLevels.All.Contains(level))
            throw new ArgumentException($"'{level}' is no trust level. Use one of {string.Join(", ", TrustLevels.All)}.", nameof(level));

        // PostgreSQL takes no NUL in a text.
        reason = reason.Replace("\0", "", StringComparison.Ordinal);
        var decided = await database.WriteAsync(session => DecideAsync(session, slug, level, decidedBy, reason), cancellationToken);
        if (decided is not null)
            snapshots.Invalidate(decided);
        return decided is not null;
    }

    public async Task<IReadOnlyList<TrustDecision>> HistoryAsync(string slug, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(slug);
        var rows = await database.ReadAsync(
            session => session.QueryAsync<DecisionRow>(
                """
                SELECT d.slug, d.level, d.decided_by, d.reason, d.at
                FROM trust_decision d JOIN package p ON p.slug = d.slug WHERE p.slug_folded = @folded ORDER BY d.seq DESC
                """,
                new { folded = SearchWords.Fold(slug) }),
            cancellationToken);
        return [.. rows.Select(r => new TrustDecision(r.Slug, r.Level, r.DecidedBy, r.Reason, DateTimeOffset.FromUnixTimeMilliseconds(r.At)))];
    }

    /// <summary>Writes the decision. Returns the slug as it is spelled, or <see langword="null"/> when there is no such plugin.</summary>
    private async Task<string?> DecideAsync(DbSession session, string slug, string level, string decidedBy, string reason)
    {
        var found = await session.FirstOrDefaultAsync<PackageRow>(
            "SELECT slug, trust_level FROM package WHERE slug_folded = @folded", new { folded = SearchWords.Fold(slug) });
        if (found is null)
            return null;

        var at = time.GetUtcNow().ToUnixTimeMilliseconds();
        await session.ExecuteAsync("UPDATE package SET trust_level = @level, updated_at = @at WHERE slug = @Slug", new { level, at, found.Slug });
        await SearchIndex.SetTrustAsync(session, found.Slug, level);
        await RecordAsync(session, found.Slug, level, decidedBy, reason, at);
        var detail = JsonSerializer.Serialize(new { slug = found.Slug, level, previous = found.TrustLevel, reason });
        await RegistryRecords.AddEventAsync(session, at, "berth.package.trust_decided", found.Slug, decidedBy, detail);
        await RegistryRecords.AddAuditAsync(session, at, decidedBy, "package.trust", found.Slug, detail);
        return found.Slug;
    }

    /// <summary>Writes the row that tells why a level is in force.</summary>
    internal static Task<int> RecordAsync(DbSession session, string slug, string level, string decidedBy, string reason, long at) =>
        session.ExecuteAsync(
            "INSERT INTO trust_decision (slug, level, decided_by, reason, at) VALUES (@slug, @level, @decidedBy, @reason, @at)",
            new { slug, level, decidedBy, reason, at });

    private sealed record PackageRow(string Slug, string TrustLevel);

    private sealed record DecisionRow(string Slug, string Level, string DecidedBy, string Reason, long At);
}
