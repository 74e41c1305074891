namespace Berth.Packaging.Bundles;

/// <summary>An author's key that is over at the source, in the bundle or not.</summary>
/// <param name="Kid">Its RFC 7638 thumbprint.</param>
/// <param name="State"><c>retired</c> or <c>revoked</c>.</param>
/// <param name="RevokedSince">From when on its signatures do not count; Unix milliseconds.</param>
public sealed record BundleKeyState(string Kid, string State, long? RevokedSince);
