using System.Text.Json;
using System.Text.Json.Serialization;
using Berth.Packaging.Signing;

namespace Berth.Packaging.Bundles;

/// <summary>What a bundle holds: its first entry, and what its signature covers.</summary>
/// <param name="FormatVersion">4; of files that older programs made, 1 to 3.</param>
/// <param name="Source">The registry that made it.</param>
/// <param name="CreatedAt">Unix seconds.</param>
/// <param name="Keys">Public keys of those who signed packages in it, as JWK.</param>
/// <param name="Versions">The versions, in the order they are to be imported: what others need comes first.</param>
/// <param name="Parts">All other entries, in the order they stand in the file.</param>
public sealed record BundleIndex(
    int FormatVersion, string Source, long CreatedAt, IReadOnlyList<JsonElement> Keys, IReadOnlyList<BundleVersion> Versions, IReadOnlyList<BundlePart> Parts)
{
    /// <summary>The format that is written.</summary>
    public const int NewestFormat = 4;

    /// <summary>The <c>typ</c> of its signature.</summary>
    public const string SignatureType = "berth-bundle+jws";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        NumberHandling = JsonNumberHandling.Strict,
    };

    /// <summary>The parts that are advisories (OSV, a ZIP of files each); since format 2.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<BundleAdvisories>? Advisories { get; init; }

    /// <summary>Versions that the source has stopped, in the bundle or not; since format 2.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<BundleQuarantine>? Quarantined { get; init; }

    /// <summary>What the source says of the other versions of the plugins in it; since format 3.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<BundleDecision>? Others { get; init; }

    /// <summary>Authors' keys that are retired or revoked at the source, in the bundle or not; since format 3.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<BundleKeyState>? KeyStates { get; init; }

    /// <summary>The canonical form (RFC 8785) that is signed and stored.</summary>
    public byte[] ToBytes() => CanonicalJson.Write(JsonSerializer.SerializeToElement(this, Options));

    /// <summary>Reads the canonical form; every other form is refused.</summary>
    public static BundleIndex? Read(ReadOnlyMemory<byte> bytes, out string? fault)
    {
        if (StrictJson.Parse(bytes, out fault) is not { } json)
            return null;
        try
        {
            var index = json.Deserialize<BundleIndex>(Options);
            fault = index is null ? "It is null."
                : index.FormatVersion is < 1 or > NewestFormat ? $"It has format version {index.FormatVersion}; this program reads versions 1 to {NewestFormat}."
                : index.LeastFormat > index.FormatVersion ? $"It has members that format version {index.FormatVersion} has not."
                : !CanonicalJson.Write(json).AsSpan().SequenceEqual(bytes.Span) ? "It is not in its canonical form (RFC 8785)."
                : null;
            return fault is null ? index : null;
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            fault = "It has not the members of a bundle's index.";
            return null;
        }
    }

    /// <summary>The first format that has all of its members.</summary>
    private int LeastFormat =>
        Versions.Any(version => version.TrustDecision is not null) ? 4
        : Others is not null || KeyStates is not null ? 3
        : Advisories is not null || Quarantined is not null || Versions.Any(version => version.Deprecation is not null) ? 2
        : 1;
}

/// <summary>A version in a bundle.</summary>
/// <param name="Slug">The plugin.</param>
/// <param name="Version">Its version.</param>
/// <param name="Package">Path of the part that is its package.</param>
/// <param name="Digest">SHA-256 of the package, hexadecimal.</param>
/// <param name="Signatures">Path of the part that is its signature file, if it has one.</param>
/// <param name="TrustLevel">The source's trust level of the plugin.</param>
/// <param name="TrustReason">Why.</param>
/// <param name="YankedAt">Unix milliseconds, if it is yanked.</param>
/// <param name="YankReason">Why.</param>
public sealed record BundleVersion(
    string Slug, string Version, string Package, string Digest, string? Signatures, string TrustLevel, string? TrustReason, long? YankedAt, string? YankReason)
{
    /// <summary>What its publisher says against using it; since format 2.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BundleDeprecation? Deprecation { get; init; }

    /// <summary>The decision that the trust level comes from; since format 4.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BundleTrust? TrustDecision { get; init; }
}

/// <summary>A publisher's warning of a version.</summary>
/// <param name="Message">Why, and what to do instead.</param>
/// <param name="SuccessorSlug">The plugin that takes its place, if there is one.</param>
/// <param name="SuccessorVersion">A version or range of it.</param>
/// <param name="At">Since when; Unix milliseconds.</param>
public sealed record BundleDeprecation(string Message, string? SuccessorSlug, string? SuccessorVersion, long At);

/// <summary>A part with advisories.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Count">How many are in it.</param>
public sealed record BundleAdvisories(string Path, int Count);

/// <summary>A version that its registry has stopped.</summary>
/// <param name="Slug">The plugin.</param>
/// <param name="Version">The version.</param>
/// <param name="Digest">SHA-256 of its package, hexadecimal: another registry's version of that name may be another one.</param>
/// <param name="Reason">Why.</param>
public sealed record BundleQuarantine(string Slug, string Version, string Digest, string Reason);

/// <summary>An entry of a bundle.</summary>
/// <param name="Path">Its name.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">SHA-256 of its bytes, hexadecimal.</param>
public sealed record BundlePart(string Path, long Size, string Sha256);
