using Berth.Data.Sessions;

namespace Berth.Registry.Trust.Assessment;

/// <summary>Whether the newest visible version bears a signature of its author that the registry received while the key was good.</summary>
internal sealed class SignatureEvidence : ITrustEvidence
{
    public string Source => "signature";

    public int Most => 30;

    public async Task<TrustTerm> AssessAsync(DbSession session, string slug, long now)
    {
        var signers = await session.ScalarAsync<long>(
            """
            SELECT COUNT(*) FROM package_signature s JOIN signing_key k ON k.kid = s.kid
            WHERE s.slug = @slug AND s.role = 'author' AND (k.revoked_since IS NULL OR s.received_at < k.revoked_since)
              AND s.version = (SELECT version FROM package_version WHERE slug = @slug AND state = 'visible' ORDER BY published_at DESC, version DESC LIMIT 1)
            """,
            new { slug });
        return signers > 0
            ? new TrustTerm(Source, Most, Most, "The version published last bears a valid signature of its author.")
            : new TrustTerm(Source, 0, Most, "The version published last bears no valid signature of its author.");
    }
}
