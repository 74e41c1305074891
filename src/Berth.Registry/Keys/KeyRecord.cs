using System.Text;
using Berth.Packaging.Signing;

namespace Berth.Registry.Keys;

/// <summary>Where a key stands.</summary>
public static class KeyState
{
    /// <summary>May sign.</summary>
    public const string Active = "active";

    /// <summary>Put away: signs nothing more; what it signed stays valid.</summary>
    public const string Retired = "retired";

    /// <summary>May have been in other hands since a time: from then on its signatures do not count.</summary>
    public const string Revoked = "revoked";
}

/// <summary>A public key that the registry knows.</summary>
/// <param name="Kid">RFC 7638 thumbprint.</param>
/// <param name="OwnerId">A user id; <see langword="null"/> for the registry's own keys.</param>
/// <param name="Name">What its owner calls it.</param>
/// <param name="Algorithm">The only one it is good for.</param>
/// <param name="Jwk">The public key as JSON text.</param>
/// <param name="NotBefore">From when on it may sign.</param>
/// <param name="NotAfter">Until when.</param>
/// <param name="State">One of <see cref="KeyState"/>.</param>
/// <param name="RetiredAt">Since when it is put away.</param>
/// <param name="RevokedSince">From when on its signatures do not count.</param>
/// <param name="RevokeReason">Why.</param>
/// <param name="CreatedAt">When the registry learned of it.</param>
public sealed record KeyRecord(
    string Kid,
    string? OwnerId,
    string? Name,
    string Algorithm,
    string Jwk,
    DateTimeOffset NotBefore,
    DateTimeOffset? NotAfter,
    string State,
    DateTimeOffset? RetiredAt,
    DateTimeOffset? RevokedSince,
    string? RevokeReason,
    DateTimeOffset CreatedAt)
{
    /// <summary>Of the registry's own keys: the word of the key before it (<see cref="KeyVouch"/>), if that was not revoked.</summary>
    public string? Vouch { get; init; }

    /// <summary>Whether an administrator's mirror or a bundle brought it: another administrator's may use it.</summary>
    public bool IsVouched { get; init; }

    /// <summary>Whether it is the registry's own.</summary>
    public bool IsRegistry => OwnerId is null;

    /// <summary>When its signatures count.</summary>
    public KeyValidity Validity => new(NotBefore, NotAfter, RetiredAt, RevokedSince);

    /// <summary>The key as a verifier uses it.</summary>
    public TrustedKey ToTrusted() => new(
        VerificationKey.FromJwk(Encoding.UTF8.GetBytes(Jwk)).Key ?? throw new InvalidDataException($"The stored key '{Kid}' cannot be read."), Validity, IsRegistry);
}
