using Berth.Data.Sessions;

namespace Berth.Registry.Trust.Assessment;

/// <summary>Whether its publisher has proved that a domain or a repository is theirs.</summary>
internal sealed class PublisherEvidence : ITrustEvidence
{
    public string Source => "publisher";

    public int Most => 20;

    public async Task<TrustTerm> AssessAsync(DbSession session, string slug, long now)
    {
        var subject = await session.ScalarAsync<string>(
            """
            SELECT f.subject FROM package p JOIN publisher_proof f ON f.publisher_id = p.publisher_id
            WHERE p.slug = @slug AND f.verified_at IS NOT NULL AND (f.expires_at IS NULL OR f.expires_at > @now)
            ORDER BY f.subject LIMIT 1
            """,
            new { slug, now });
        return subject is not null
            ? new TrustTerm(Source, Most, Most, $"Its publisher has proved to own {subject}.")
            : new TrustTerm(Source, 0, Most, "Its publisher has proved to own no domain and no repository.");
    }
}
