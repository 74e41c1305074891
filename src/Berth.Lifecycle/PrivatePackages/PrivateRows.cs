using Berth.Data.Sessions;

namespace Berth.Lifecycle.PrivatePackages;

/// <summary>Rows of <c>private_version</c> and <c>private_reader</c>. Nothing is ever read but through a reader's row.</summary>
internal static class PrivateRows
{
    /// <summary>Adds the version unless these bytes are known.</summary>
    public static Task<int> InsertAsync(DbSession session, NewPrivateVersion row) => session.ExecuteAsync(
        """
        INSERT INTO private_version (digest, slug, slug_folded, version, size, manifest, trust_level, added_by, added_at)
        VALUES (@Digest, @Slug, @SlugFolded, @Version, @Size, @Manifest, @TrustLevel, @AddedBy, @Now)
        ON CONFLICT (digest) DO NOTHING
        """,
        row);

    /// <summary>Raises known bytes to <c>internal</c>. Answers whether they were anything else.</summary>
    public static async Task<bool> TrustAsync(DbSession session, string digest) => await session.ExecuteAsync(
        "UPDATE private_version SET trust_level = 'internal' WHERE digest = @digest AND trust_level <> 'internal'", new { digest }) == 1;

    /// <summary>Lets a user read the version. Answers whether they could not before.</summary>
    public static async Task<bool> GrantAsync(DbSession session, string digest, string userId, string grantedBy, long now) => await session.ExecuteAsync(
        """
        INSERT INTO private_reader (digest, user_id, granted_by, at) VALUES (@digest, @userId, @grantedBy, @now)
        ON CONFLICT (digest, user_id) DO NOTHING
        """,
        new { digest, userId, grantedBy, now }) == 1;

    public static async Task<bool> ExistsAsync(DbSession session, string digest) =>
        await session.ScalarAsync<long>("SELECT COUNT(*) FROM private_version WHERE digest = @digest", new { digest }) > 0;

    public static Task<IReadOnlyList<string>> ReadersAsync(DbSession session, string digest) =>
        session.QueryAsync<string>("SELECT user_id FROM private_reader WHERE digest = @digest", new { digest });

    /// <summary>Everything a user may read, without manifests: those never change and are read once.</summary>
    public static Task<IReadOnlyList<PrivateVersionRow>> OfUserAsync(DbSession session, string userId) => session.QueryAsync<PrivateVersionRow>(
        """
        SELECT v.digest, v.slug, v.version, v.size, v.trust_level
        FROM private_reader r JOIN private_version v ON v.digest = r.digest WHERE r.user_id = @userId
        """,
        new { userId });

    public static Task<IReadOnlyList<ManifestRow>> ManifestsAsync(DbSession session, IReadOnlyList<string> digests) =>
        session.QueryAsync<ManifestRow>("SELECT digest, manifest FROM private_version WHERE digest IN @digests", new { digests });
}

/// <summary>Parameters of a new private version.</summary>
internal sealed record NewPrivateVersion(
    string Digest, string Slug, string SlugFolded, string Version, long Size, string Manifest, string TrustLevel, string AddedBy, long Now);

/// <summary>A private version as read.</summary>
internal sealed record PrivateVersionRow(string Digest, string Slug, string Version, long Size, string TrustLevel);

/// <summary>The manifest of a private version.</summary>
internal sealed record ManifestRow(string Digest, string Manifest);
