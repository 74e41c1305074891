using Berth.Data.Sessions;
using Berth.Packaging.Signing;

namespace Berth.Registry.Keys;

/// <summary>The table <c>package_signature</c>.</summary>
internal static class PackageSignatureRows
{
    private const string Select =
        """
        SELECT s.slug, s.version, s.kid, k.algorithm, s.role, s.protected_header, s.signature, s.signed_at, s.received_at,
               k.not_before, k.not_after, k.retired_at, k.revoked_since
        FROM package_signature s JOIN signing_key k ON k.kid = s.kid
        """;

    /// <summary>Signatures of some plugins' versions, oldest first.</summary>
    public static async Task<ILookup<(string Slug, string Version), PackageSignature>> OfPluginsAsync(DbSession session, IReadOnlyCollection<string> slugs) =>
        (await session.QueryAsync<Row>($"{Select} WHERE s.slug IN @slugs ORDER BY s.received_at, s.role, s.digest", new { slugs }))
            .Select(row => row.ToSignature()).ToLookup(signature => (signature.Slug, signature.Version));

    /// <summary>Signatures of one version, oldest first.</summary>
    public static async Task<IReadOnlyList<PackageSignature>> OfVersionAsync(DbSession session, string slug, string version) =>
        [.. (await session.QueryAsync<Row>($"{Select} WHERE s.slug = @slug AND s.version = @version ORDER BY s.received_at, s.role, s.digest", new { slug, version }))
            .Select(row => row.ToSignature())];

    /// <summary>Signatures that a key made in a time that does not count any more.</summary>
    /// <param name="session">The database.</param>
    /// <param name="kid">The key.</param>
    /// <param name="since">From then on.</param>
    /// <param name="before">Those from then on were broken before.</param>
    public static async Task<IReadOnlyList<PackageSignature>> ReceivedSinceAsync(DbSession session, string kid, DateTimeOffset since, DateTimeOffset? before) =>
        [.. (await session.QueryAsync<Row>(
            $"{Select} WHERE s.kid = @kid AND s.received_at >= @from AND s.received_at < @until ORDER BY s.slug, s.version",
            new { kid, from = since.ToUnixTimeMilliseconds(), until = before?.ToUnixTimeMilliseconds() ?? long.MaxValue })).Select(row => row.ToSignature())];

    /// <summary>Adds a signature; one that is there stays as it is. Returns how many rows are new.</summary>
    public static Task<int> AddAsync(DbSession session, string slug, string version, DetachedSignature signature, long at) => session.ExecuteAsync(
        """
        INSERT INTO package_signature (slug, version, digest, kid, role, protected_header, signature, signed_at, received_at)
        VALUES (@slug, @version, @Digest, @Kid, @Role, @Protected, @Signature, @signedAt, @at)
        ON CONFLICT (slug, version, digest) DO NOTHING
        """,
        new
        {
            slug,
            version,
            signature.Digest,
            signature.Header.Kid,
            signature.Header.Role,
            signature.Protected,
            signature.Signature,
            signedAt = signature.Header.SignedAt?.ToUnixTimeMilliseconds(),
            at,
        });

    /// <summary>Takes a signature out, by its digest.</summary>
    public static Task<int> RemoveAsync(DbSession session, string slug, string version, string digest) =>
        session.ExecuteAsync("DELETE FROM package_signature WHERE slug = @slug AND version = @version AND digest = @digest", new { slug, version, digest });

    private sealed record Row(
        string Slug,
        string Version,
        string Kid,
        string Algorithm,
        string Role,
        string ProtectedHeader,
        string Signature,
        long? SignedAt,
        long ReceivedAt,
        long NotBefore,
        long? NotAfter,
        long? RetiredAt,
        long? RevokedSince)
    {
        public PackageSignature ToSignature()
        {
            var received = DateTimeOffset.FromUnixTimeMilliseconds(ReceivedAt);
            var validity = new KeyValidity(DateTimeOffset.FromUnixTimeMilliseconds(NotBefore), Time(NotAfter), Time(RetiredAt), Time(RevokedSince));
            return new(Slug, Version, Kid, Algorithm, Role, ProtectedHeader, Signature, Time(SignedAt), received, validity.Judge(Kid, received));
        }

        private static DateTimeOffset? Time(long? at) => at is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;
    }
}
