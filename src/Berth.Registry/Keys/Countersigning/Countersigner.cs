using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Packaging.Signing;

namespace Berth.Registry.Keys.Countersigning;

/// <summary>
/// Puts new countersignatures in the place of a version's lapsed ones. Each says what the old one said, and of the same time: when
/// the registry had taken the signatures in is in its records, and does not change with a key.
/// </summary>
internal sealed class Countersigner(RegistrySigner signer)
{
    /// <summary>Replaces all lapsed ones of a version, or none. Part of the caller's transaction.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="version">The version.</param>
    /// <param name="payload">Its canonical file list, computed from its bytes.</param>
    /// <param name="at">Unix milliseconds.</param>
    /// <returns>Whether none is left. A countersignature that the old key never made over these bytes is not taken over.</returns>
    public async Task<bool> ReplaceAsync(DbSession session, LapsedVersion version, byte[] payload, long at)
    {
        var lapsed = (await PackageSignatureRows.OfVersionAsync(session, version.Slug, version.Version))
            .Where(one => one.Role == SignatureRole.Registry && one.Fault?.Code == SignatureFaultCodes.KeyRevoked).ToList();
        var keys = await KeyRows.FindAsync(session, [.. lapsed.Select(one => one.Kid).Distinct(StringComparer.Ordinal)]);
        var read = lapsed.ConvertAll(one => (Row: one, Old: Read(one)));
        if (read.Exists(one => one.Old?.Verify(payload, DetachedSignature.FilesType, kid => keys.GetValueOrDefault(kid)?.ToTrusted().Key) is not SignatureVerdict.Valid))
            return false;

        foreach (var (row, old) in read)
        {
            var again = await signer.CountersignAgainAsync(session, payload, old!.Header.Seen, old.Header.SignedAt ?? row.ReceivedAt);
            await PackageSignatureRows.RemoveAsync(session, version.Slug, version.Version, old.Digest);
            await PackageSignatureRows.AddAsync(session, version.Slug, version.Version, again, row.ReceivedAt.ToUnixTimeMilliseconds());
            var detail = JsonSerializer.Serialize(new { key_id = again.Header.Kid, replaced = old.Header.Kid, signed_at = again.Header.SignedAt, @protected = old.Protected, signature = old.Signature });
            await RegistryRecords.AddAuditAsync(session, at, "system", "package.countersign", $"{version.Slug}@{version.Version}", detail);
        }

        return true;
    }

    private static DetachedSignature? Read(PackageSignature signature) =>
        SignatureFile.Read($$"""{"signatures":[{"protected":"{{signature.Protected}}","signature":"{{signature.Signature}}"}]}""").File?.Signatures[0];
}
