namespace Berth;

/// <summary>
/// Seals and signs with keys of the installation that the call is for. The keys stay with the host: no code of a plugin sees them, and what
/// one user's installation sealed or signed, no other user's and no other plugin's opens or confirms. An update and a later
/// installation of the same plugin by the same user still can.
/// </summary>
/// <remarks>Scoped to the call. Needs <c>security:crypto-operations</c> in force at each use; otherwise it throws <see cref="CapabilityDeniedException"/>.</remarks>
public interface IPluginCrypto
{
    /// <summary>Seals a text of up to 1 MiB of UTF-8 (AES-256-GCM); the answer is URL-safe.</summary>
    Task<string> SealAsync(string text, CancellationToken cancellationToken = default);

    /// <summary>Opens what <see cref="SealAsync"/> gave; <see langword="null"/> for anything else.</summary>
    Task<string?> OpenAsync(string sealedText, CancellationToken cancellationToken = default);

    /// <summary>Signs up to 1 MiB (HMAC-SHA-256); the answer is URL-safe.</summary>
    Task<string> SignAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default);

    /// <summary>Whether <see cref="SignAsync"/> gave that signature for these bytes.</summary>
    Task<bool> VerifyAsync(ReadOnlyMemory<byte> data, string signature, CancellationToken cancellationToken = default);
}
