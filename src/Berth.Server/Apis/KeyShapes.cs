using System.Text.Json;
using Berth.Registry.Keys;

namespace Berth.Server.Apis;

/// <summary>Keys and signatures as the registry's answers show them.</summary>
internal static class KeyShapes
{
    public static object Record(KeyRecord key) => new
    {
        key.Kid,
        owner = key.OwnerId,
        registry = key.IsRegistry,
        key.Name,
        key.Algorithm,
        key.State,
        key.NotBefore,
        key.NotAfter,
        key.RetiredAt,
        key.RevokedSince,
        key.RevokeReason,
        key.CreatedAt,
        vouched = key.IsVouched,
        vouch = Json(key.Vouch),
        jwk = Json(key.Jwk),
    };

    private static JsonElement? Json(string? text)
    {
        if (text is null)
            return null;
        using var json = JsonDocument.Parse(text);
        return json.RootElement.Clone();
    }

    public static object Signature(PackageSignature signature) => new
    {
        signature.Kid,
        signature.Role,
        signature.Algorithm,
        signature.SignedAt,
        signature.ReceivedAt,
        valid = signature.Fault is null,
        code = signature.Fault?.Code,
        reason = signature.Fault?.Reason,
        @protected = signature.Protected,
        signature.Signature,
    };
}
