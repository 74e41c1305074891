using Berth.Data.Sessions;

namespace Berth.Registry.Trust.Assessment;

/// <summary>What became of its versions: ten points when none was rejected, removed or yanked, and fewer by their share.</summary>
internal sealed class RecordEvidence : ITrustEvidence
{
    public string Source => "record";

    public int Most => 10;

    public async Task<TrustTerm> AssessAsync(DbSession session, string slug, long now)
    {
        var row = await session.FirstOrDefaultAsync<Row>(
            """
            SELECT COUNT(*) AS total, CAST(COALESCE(SUM(CASE WHEN state IN ('rejected', 'deleted') OR yanked_at IS NOT NULL THEN 1 ELSE 0 END), 0) AS BIGINT) AS bad
            FROM package_version WHERE slug = @slug
            """,
            new { slug });
        var (total, bad) = (row?.Total ?? 0, row?.Bad ?? 0);
        var points = total == 0 ? 0 : (int)(Most * (total - bad) / total);
        return new TrustTerm(Source, points, Most, $"{bad} of {total} versions were rejected, removed or yanked.");
    }

    private sealed record Row(long Total, long Bad);
}
