using System.Text.Json;
using System.Text.Json.Serialization;
using Berth.Packaging.Manifest;
using Berth.Packaging.Versioning;

namespace Berth.Lifecycle.Store;

/// <summary>Answer of <c>GET /api/v1/plugins/{slug}/versions</c>, as far as it is read here.</summary>
internal sealed record VersionsDocument(string Slug, IReadOnlyList<VersionDocument> Versions);

/// <summary>Answer of <c>GET /api/v1/plugins</c>, as far as it is read here.</summary>
internal sealed record CatalogDocument(IReadOnlyList<VersionDocument> Plugins, int TotalCount, string? NextCursor);

/// <summary>One version in an answer.</summary>
internal sealed record VersionDocument(
    string Slug, string Version, string Digest, long Size, string TrustLevel, bool Yanked, JsonElement Manifest, long Downloads)
{
    /// <summary>
    /// The version, or <see langword="null"/> when this host cannot read it (a newer registry may offer manifests that an
    /// older host does not know): it is as if it were not offered.
    /// </summary>
    public AvailableVersion? ToAvailable()
    {
        if (Manifest.ValueKind != JsonValueKind.Object
            || Digest is not { Length: 64 } || !Digest.All(char.IsAsciiHexDigitLower)
            || !SemanticVersion.TryParse(Version, out var version))
        {
            return null;
        }

        var manifest = ManifestReader.Read(JsonSerializer.SerializeToUtf8Bytes(Manifest, RegistryJson.Default.JsonElement));
        return manifest.IsAccepted && string.Equals(manifest.Manifest.Name, Slug, StringComparison.Ordinal) && manifest.Manifest.Version.Equals(version)
            ? new AvailableVersion(Slug, version, Digest, Size, TrustLevel ?? "untrusted", Yanked, manifest.Manifest)
            : null;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(VersionsDocument))]
[JsonSerializable(typeof(CatalogDocument))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class RegistryJson : JsonSerializerContext;
