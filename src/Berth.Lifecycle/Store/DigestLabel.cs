using Berth.Packaging.Versioning;

namespace Berth.Lifecycle.Store;

/// <summary>
/// The name of a package whose number is taken in the store by other bytes: <c>1.0.0+sha.abcdef12</c>. Equal in precedence
/// to the number itself, so neither is ever an update of the other.
/// </summary>
internal static class DigestLabel
{
    private const int Digits = 8;

    public static string Of(SemanticVersion version, string digest) =>
        $"{version}{(version.BuildMetadata.Length == 0 ? "+" : ".")}sha.{digest[..Digits]}";
}
