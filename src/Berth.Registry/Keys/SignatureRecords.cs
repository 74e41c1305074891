using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Packaging.Signing;

namespace Berth.Registry.Keys;

/// <summary>The events about signatures, written in the transaction of what they report.</summary>
internal static class SignatureRecords
{
    public static Task<int> VerifiedAsync(DbSession session, long at, string slug, string version, DetachedSignature signature, string userId) =>
        RegistryRecords.AddEventAsync(session, at, "berth.signature.verified", $"{slug}@{version}", userId, JsonSerializer.Serialize(
            new { slug, version, key_id = signature.Header.Kid, algorithm = signature.Header.Algorithm.Name }));

    public static Task<int> RejectedAsync(DbSession session, long at, string slug, string version, string? kid, SignatureFault fault, string userId) =>
        RegistryRecords.AddEventAsync(session, at, "berth.signature.rejected", $"{slug}@{version}", userId, JsonSerializer.Serialize(
            new { slug, version, key_id = kid, code = fault.Code, reason = fault.Reason }));
}
