using System.Text;

namespace Berth.Packaging.Signing;

/// <summary>
/// A registry's word that a key succeeds the one before: the old key signs the new one. Who has pinned the old key follows a
/// rotation by itself, and does not follow a registry that somebody else has taken the place of.
/// </summary>
public static class KeyVouch
{
    /// <summary>The <c>typ</c> of such signatures.</summary>
    public const string Type = "berth-key+jws";

    /// <summary>Signs the successor with the key before it.</summary>
    public static string Create(VerificationKey successor, SigningKey before, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(successor);
        return new SignatureFile([DetachedSignature.Create(Encoding.UTF8.GetBytes(successor.ToJwk()), Type, before, at, SignatureRole.Registry)]).ToJson();
    }

    /// <summary>Whether a key that the caller trusts vouches for this one.</summary>
    public static bool Holds(VerificationKey successor, string? vouch, Func<string, VerificationKey?> trusted)
    {
        ArgumentNullException.ThrowIfNull(successor);
        return vouch is not null && SignatureFile.Read(vouch).File is { } file
            && file.Verify(Encoding.UTF8.GetBytes(successor.ToJwk()), Type, trusted).Any(verdict => verdict is SignatureVerdict.Valid);
    }
}
