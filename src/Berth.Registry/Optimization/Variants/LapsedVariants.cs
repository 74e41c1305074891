using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Packaging.Signing;
using Berth.Registry.Keys;

namespace Berth.Registry.Optimization.Variants;

/// <summary>
/// Variants that a revoked key of the registry has signed. They are not only signed anew but made anew, from the author's package:
/// whoever had the key could have signed other bytes.
/// </summary>
internal static class LapsedVariants
{
    /// <summary>Takes back what the key has signed since it does not count any more, and orders it again. Part of the transaction that revokes, after the key's row is written.</summary>
    /// <returns>How many there were.</returns>
    public static async Task<int> OrderAgainAsync(DbSession session, KeyRecord revoked, long at)
    {
        var count = 0;
        foreach (var variant in await session.QueryAsync<Row>("SELECT slug, version, kind, signature FROM variant WHERE state = 'ready' AND signature IS NOT NULL"))
        {
            if (!IsLapsed(variant.Signature, revoked))
                continue;
            await session.ExecuteAsync(
                """
                UPDATE variant SET state = 'queued', digest = NULL, size = NULL, report = NULL, signature = NULL, attempts = 0, updated_at = @at
                WHERE slug = @Slug AND version = @Version AND kind = @Kind
                """,
                new { variant.Slug, variant.Version, variant.Kind, at });
            await RegistryRecords.AddAuditAsync(
                session, at, "system", "package.optimize", $"{variant.Slug}@{variant.Version}", JsonSerializer.Serialize(new { reason = $"The registry's key {revoked.Kid} was revoked." }));
            count++;
        }

        return count;
    }

    /// <summary>Whether the key that signed was revoked meanwhile. Part of the transaction that writes the variant; a revocation waits for its end, or has ended.</summary>
    public static async Task<bool> IsLapsedAsync(DbSession session, string signature)
    {
        if (Read(signature) is not { } one)
            return true;
        if (session.Kind == DatabaseKind.PostgreSql)
            await session.ScalarAsync<string>("SELECT kid FROM signing_key WHERE kid = @Kid FOR SHARE", new { one.Header.Kid });
        return await KeyRows.FindAsync(session, one.Header.Kid) is not { } key || IsLapsed(signature, key);
    }

    private static bool IsLapsed(string signature, KeyRecord key) =>
        Read(signature) is not { } one || (one.Header.Kid == key.Kid && (one.Header.SignedAt is not { } at || key.Validity.Judge(key.Kid, at) is not null));

    private static DetachedSignature? Read(string signature) => SignatureFile.Read(signature).File is { Signatures: [var one] } ? one : null;

    private sealed record Row(string Slug, string Version, string Kind, string Signature);
}
