using System.Text.Json;
using System.Text.Json.Serialization;
using Berth.Packaging.Manifest;
using Berth.Packaging.Signing;
using Berth.Packaging.Versioning;

namespace Berth.Lifecycle.Store;

/// <summary>Answer of <c>GET /api/v1/plugins/{slug}/versions</c>, as far as it is read here.</summary>
internal sealed record VersionsDocument(string Slug, IReadOnlyList<VersionDocument> Versions);

/// <summary>Answer of <c>GET /api/v1/plugins</c>, as far as it is read here.</summary>
internal sealed record CatalogDocument(IReadOnlyList<VersionDocument> Plugins, int TotalCount, string? NextCursor);

/// <summary>One version in an answer.</summary>
internal sealed record VersionDocument(
    string Slug, string Version, string Digest, long Size, string TrustLevel, bool Yanked, JsonElement Manifest, long Downloads, DateTimeOffset? PublishedAt = null,
    IReadOnlyList<SignatureDocument>? Signatures = null)
{
    /// <summary>Channels that were pointed to it.</summary>
    public IReadOnlyList<string>? Channels { get; init; }

    /// <summary>What its publisher says against using it.</summary>
    public DeprecationDocument? Deprecation { get; init; }

    /// <summary>Why it is not offered any more.</summary>
    public string? YankReason { get; init; }

    /// <summary>What the registry's scan said of it.</summary>
    public string? Scan { get; init; }

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
            {
                Signatures = SignatureDocument.ToFile(Signatures),
                PublishedAt = PublishedAt,
                Channels = Channels ?? [],
                Deprecation = Deprecation?.Message is { } message ? new AvailableDeprecation(message, Deprecation.Successor, Deprecation.SuccessorVersion) : null,
                YankReason = YankReason,
                Scan = Scan,
            }
            : null;
    }
}

/// <summary>A warning in an answer.</summary>
internal sealed record DeprecationDocument(string? Message, string? Successor, string? SuccessorVersion);

/// <summary>The registry's answer to <c>GET /plugins/{slug}/{version}/variants</c>, as far as the host reads it.</summary>
internal sealed record VariantsDocument(List<VariantDocument>? Variants);

/// <summary>One variant in it.</summary>
internal sealed record VariantDocument(string Kind, bool Offered, string? Digest, JsonElement? Signature);

/// <summary>The registry's answer to <c>GET /api/v1</c>, as far as the host reads it.</summary>
internal sealed record RegistryIndexDocument(IReadOnlyList<RegistryKeyDocument>? Keys);

/// <summary>One key in it.</summary>
internal sealed record RegistryKeyDocument(
    string Kid, bool Registry, JsonElement Jwk, DateTimeOffset NotBefore, DateTimeOffset? NotAfter, DateTimeOffset? RetiredAt, DateTimeOffset? RevokedSince)
{
    /// <summary>The key, when this host can read it and it is what its name says.</summary>
    public TrustedKey? ToTrusted() =>
        Registry && VerificationKey.FromJwk(JsonSerializer.SerializeToUtf8Bytes(Jwk, RegistryJson.Default.JsonElement)).Key is { } key && key.Thumbprint == Kid
            ? new TrustedKey(key, new KeyValidity(NotBefore, NotAfter, RetiredAt, RevokedSince), IsRegistry: true)
            : null;
}

/// <summary>The registry's answer to <c>GET /api/v1/publishers/{name}</c>, as far as the host reads it.</summary>
internal sealed record PublisherDocument(IReadOnlyList<string>? Plugins);

/// <summary>One signature in an answer.</summary>
internal sealed record SignatureDocument(string? Protected, string? Signature)
{
    /// <summary>The signatures as a signature file; whatever they are, it is judged when it is read.</summary>
    public static string? ToFile(IReadOnlyList<SignatureDocument>? signatures) =>
        signatures is not { Count: > 0 } ? null
        : JsonSerializer.Serialize(new SignaturesDocument([.. signatures.Select(one => new SignatureDocument(one.Protected ?? "", one.Signature ?? ""))]), RegistryJson.Default.SignaturesDocument);
}

/// <summary>A signature file.</summary>
internal sealed record SignaturesDocument(IReadOnlyList<SignatureDocument> Signatures);

/// <summary>Answer of <c>GET /api/v1/keys</c>, as far as it is read here.</summary>
internal sealed record KeysDocument(IReadOnlyList<KeyDocument>? Keys, string? NextCursor);

/// <summary>One key in an answer.</summary>
internal sealed record KeyDocument(
    JsonElement Jwk, bool Registry, DateTimeOffset NotBefore, DateTimeOffset? NotAfter, DateTimeOffset? RetiredAt, DateTimeOffset? RevokedSince, JsonElement Vouch = default)
{
    /// <summary>The key, or <see langword="null"/> when this host cannot read it.</summary>
    public AvailableKey? ToAvailable() =>
        VerificationKey.FromJwk(Jwk).Key is { } key
            ? new AvailableKey(
                new TrustedKey(key, new KeyValidity(NotBefore, NotAfter, RetiredAt, RevokedSince), Registry), Vouch.ValueKind == JsonValueKind.Object ? Vouch.GetRawText() : null)
            : null;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(VersionsDocument))]
[JsonSerializable(typeof(CatalogDocument))]
[JsonSerializable(typeof(VariantsDocument))]
[JsonSerializable(typeof(SignaturesDocument))]
[JsonSerializable(typeof(KeysDocument))]
[JsonSerializable(typeof(RegistryIndexDocument))]
[JsonSerializable(typeof(PublisherDocument))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class RegistryJson : JsonSerializerContext;
