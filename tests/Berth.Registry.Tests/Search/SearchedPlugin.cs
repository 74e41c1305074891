using System.Text.Json;
using System.Text.Json.Serialization;
using Berth.Data.Sessions;
using Berth.Registry.Search;

namespace Berth.Registry.Tests.Search;

/// <summary>One state of a plugin in a random catalogue.</summary>
public sealed record SearchedPlugin(
    string Slug, string Name, string? Description, string? Category, IReadOnlyList<string> Keywords, string Trust, string State, bool IsYanked, bool IsDeprecated, bool IsVerified,
    int Downloads, int At)
{
    private static readonly JsonSerializerOptions Json = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };
    private static int _versions;

    /// <summary>Writes it as publishing, deciding and downloading would: rows first, then the listing by whoever keeps it.</summary>
    public async Task PutAsync(DbSession session)
    {
        var version = $"1.{Interlocked.Increment(ref _versions)}.0";
        var manifest = JsonSerializer.Serialize(new
        {
            name = Slug,
            version,
            displayName = Name,
            description = Description,
            category = Category,
            keywords = Keywords,
            frontend = new { entry = "dist/index.js" },
        }, Json);
        var row = new { Slug, folded = Slug.ToLowerInvariant(), Trust, publisher = IsVerified ? "acme" : null, version, manifest, State, yanked = IsYanked ? 1L : (long?)null, deprecation = IsDeprecated ? "Old." : null, at = (long)At };
        await session.ExecuteAsync("INSERT INTO publisher (id, name, display_name, kind, created_by, created_at) VALUES ('acme', 'acme', 'Acme', 'organisation', 'x', 1) ON CONFLICT DO NOTHING");
        await session.ExecuteAsync(
            """
            INSERT INTO publisher_proof (id, publisher_id, kind, subject, token, created_by, created_at, verified_at, expires_at)
            VALUES ('1', 'acme', 'domain', 'acme.example', 't', 'x', 1, 1, 99999999999999) ON CONFLICT DO NOTHING
            """);
        await session.ExecuteAsync(
            """
            INSERT INTO package (slug, slug_folded, owner_id, trust_level, publisher_id, created_at, updated_at) VALUES (@Slug, @folded, 'x', @Trust, @publisher, @at, @at)
            ON CONFLICT (slug) DO UPDATE SET trust_level = excluded.trust_level, publisher_id = excluded.publisher_id
            """, row);
        await session.ExecuteAsync("DELETE FROM package_version WHERE slug = @Slug", row);
        await session.ExecuteAsync(
            """
            INSERT INTO package_version (slug, version, digest, size, unpacked_size, file_count, manifest, published_by, published_at, state, yanked_at, deprecation)
            VALUES (@Slug, @version, 'd', 1, 1, 1, @manifest, 'x', @at, @State, @yanked, @deprecation)
            """, row);
        await SearchIndex.RefreshAsync(session, Slug);
        await SearchIndex.SetTrustAsync(session, Slug, Trust);
        if (Downloads > 0)
            await SearchIndex.AddDownloadsAsync(session, Slug, 740_000 + At, Downloads);
    }
}
