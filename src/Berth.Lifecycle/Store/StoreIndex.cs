using System.Text.Json;
using System.Text.Json.Serialization;
using Berth.Lifecycle.Store.Codings;
using Berth.Packaging.Archive;
using Berth.Packaging.Scanning;

namespace Berth.Lifecycle.Store;

/// <summary>
/// <c>files.json</c> in a version's index folder: what the version consists of, and the registry's decision on it.
/// The manifest is the file <see cref="Manifest"/> of the version itself.
/// </summary>
internal sealed record StoreIndex
{
    public const string FileName = "files.json";
    public const int CurrentFormat = 1;

    public required int FormatVersion { get; init; }

    public required string Slug { get; init; }

    public required string Version { get; init; }

    public required string Digest { get; init; }

    public required string TrustLevel { get; init; }

    /// <summary>Whether it came from a user's private packages and no registry has offered these bytes since.</summary>
    public bool Private { get; init; }

    public required string Manifest { get; init; }

    /// <summary>The signatures it came with, as the text of a signature file.</summary>
    public string? Signatures { get; init; }

    public required long UnpackedBytes { get; init; }

    public required long VariantBytes { get; init; }

    public required IReadOnlyList<StoreIndexFile> Files { get; init; }

    /// <summary>What its code uses and its manifest does not declare, by the rules <see cref="DeclarationRules"/>; <see langword="null"/> when nobody looked.</summary>
    public IReadOnlyList<StoreIndexUse>? Undeclared { get; init; }

    /// <summary>The rules that <see cref="Undeclared"/> was found by.</summary>
    public int DeclarationRules { get; init; }

    /// <summary>Optimised files that are served in the place of the author's, when the host took them.</summary>
    public StoreVariant? Variant { get; init; }

    public static StoreIndex? Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return JsonSerializer.Deserialize(file, StoreIndexJson.Default.StoreIndex) is { FormatVersion: CurrentFormat } index ? index : null;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    /// <summary>The same as the host goes by it; <see langword="null"/> when nobody looked by the rules of now.</summary>
    public IReadOnlyList<UndeclaredUse>? UndeclaredUse() => DeclarationRules == Berth.Packaging.Scanning.UndeclaredUse.RuleSet && Undeclared is { } found
        ? [.. found.Select(use => new UndeclaredUse(use.File, use.Capability, use.Explanation))]
        : null;

    /// <summary>The files with their digests, as a signature covers them.</summary>
    public IReadOnlyList<PackageFile> PackageFiles() => [.. Files.Select(file => new PackageFile(file.Path, file.Size, file.Sha256))];

    /// <summary>The index with its count of the bytes that the codings take.</summary>
    public StoreIndex Counted() => this with
    {
        VariantBytes = Files.Concat(Variant?.Files ?? []).DistinctBy(file => file.Sha256).Sum(file => file.CodedBytes)
            + (Variant?.Files ?? []).DistinctBy(file => file.Sha256).Sum(file => file.Lz4 ?? file.Size),
    };

    public byte[] ToUtf8() => JsonSerializer.SerializeToUtf8Bytes(this, StoreIndexJson.Default.StoreIndex);
}

/// <summary>One file of a version; <see cref="Br"/>, <see cref="Gz"/> and <see cref="Zst"/> are the sizes of its pre-compressed forms, if there are any.</summary>
internal sealed record StoreIndexFile(string Path, long Size, string Sha256, bool Served, long? Br = null, long? Gz = null)
{
    public long? Zst { get; init; }

    /// <summary>Of an optimised file: how many bytes it takes packed; then it does not lie there as it is.</summary>
    public long? Lz4 { get; init; }

    /// <summary>Which forms were made with all effort, after that was tried.</summary>
    public IReadOnlyList<string>? Thorough { get; init; }

    [JsonIgnore]
    public long CodedBytes => (Br ?? 0) + (Gz ?? 0) + (Zst ?? 0);

    public long? SizeOf(string coding) => coding switch
    {
        CodedNames.Brotli => Br,
        CodedNames.Gzip => Gz,
        _ => Zst,
    };

    public string PathOf(string index, string coding) => CodedNames.PathOf(index, Sha256, coding, IsThorough(coding));

    public bool IsThorough(string coding) => Thorough?.Contains(coding) == true;
}

/// <summary>One use that is not declared.</summary>
internal sealed record StoreIndexUse(string File, string? Capability, string Explanation);

/// <summary><c>metadata.json</c> beside the versions of a plugin: for people and tools, never read to serve.</summary>
internal sealed record StoreMetadata(string Slug, string DisplayName, string? Description, SortedDictionary<string, StoreMetadataVersion> Versions);

/// <summary>One version in <c>metadata.json</c>.</summary>
internal sealed record StoreMetadataVersion(string Digest, string TrustLevel, long Bytes, int Files, DateTimeOffset StoredAt);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StoreIndex))]
[JsonSerializable(typeof(StoreMetadata))]
internal sealed partial class StoreIndexJson : JsonSerializerContext;
