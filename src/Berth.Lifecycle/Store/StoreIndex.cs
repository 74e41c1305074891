using System.Text.Json;
using System.Text.Json.Serialization;

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

    public required long UnpackedBytes { get; init; }

    public required long VariantBytes { get; init; }

    public required IReadOnlyList<StoreIndexFile> Files { get; init; }

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

    public byte[] ToUtf8() => JsonSerializer.SerializeToUtf8Bytes(this, StoreIndexJson.Default.StoreIndex);
}

/// <summary>One file of a version; <see cref="Br"/> and <see cref="Gz"/> are the sizes of its variants, if there are any.</summary>
internal sealed record StoreIndexFile(string Path, long Size, string Sha256, bool Served, long? Br = null, long? Gz = null);

/// <summary><c>metadata.json</c> beside the versions of a plugin: for people and tools, never read to serve.</summary>
internal sealed record StoreMetadata(string Slug, string DisplayName, string? Description, SortedDictionary<string, StoreMetadataVersion> Versions);

/// <summary>One version in <c>metadata.json</c>.</summary>
internal sealed record StoreMetadataVersion(string Digest, string TrustLevel, long Bytes, int Files, DateTimeOffset StoredAt);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StoreIndex))]
[JsonSerializable(typeof(StoreMetadata))]
internal sealed partial class StoreIndexJson : JsonSerializerContext;
