using System.Text.Json;
using System.Text.Json.Serialization;

namespace Berth.Packaging.Variants;

/// <summary>
/// What a variant says about itself: which package it derives from, what was done with which tools, and where each file that
/// is not the author's comes from. It is the file <see cref="Path"/> of the variant, so whoever signs the variant's files
/// signs the statement too.
/// </summary>
public sealed record VariantStatement
{
    /// <summary>Where the statement lies in a variant.</summary>
    public const string Path = "berth.variant.json";

    /// <summary>The form that this version writes and reads.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The one kind there is: smaller front-end files that do the same.</summary>
    public const string Optimized = "optimized";

    /// <summary><see cref="CurrentFormat"/>.</summary>
    public required int FormatVersion { get; init; }

    /// <summary>For example <see cref="Optimized"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>Slug of the original.</summary>
    public required string Slug { get; init; }

    /// <summary>Version of the original.</summary>
    public required string Version { get; init; }

    /// <summary>SHA-256 of the original package.</summary>
    public required string SourceDigest { get; init; }

    /// <summary>Names and versions of what made it.</summary>
    public required IReadOnlyDictionary<string, string> Tools { get; init; }

    /// <summary>The stages that changed something, in order.</summary>
    public required IReadOnlyList<string> Stages { get; init; }

    /// <summary>The options in force, by their name in the manifest.</summary>
    public required IReadOnlyDictionary<string, bool> Options { get; init; }

    /// <summary>The files that differ from the original's, or are new.</summary>
    public required IReadOnlyList<VariantFile> Files { get; init; }

    /// <summary>The files of the original that are left out.</summary>
    public required IReadOnlyList<string> Removed { get; init; }

    /// <summary>The statement's bytes; the same for the same statement.</summary>
    public byte[] ToUtf8() => JsonSerializer.SerializeToUtf8Bytes(this, VariantJson.Default.VariantStatement);

    /// <summary>Reads a statement, or <see langword="null"/> when the bytes are none of this form.</summary>
    public static VariantStatement? Read(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return JsonSerializer.Deserialize(utf8, VariantJson.Default.VariantStatement) is { FormatVersion: CurrentFormat } statement ? statement : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>One file of a variant that is not the author's.</summary>
/// <param name="Path">The path in the package.</param>
/// <param name="Sha256">Of its bytes.</param>
/// <param name="From">SHA-256 of the author's file at the same path; absent for a new file.</param>
public sealed record VariantFile(string Path, string Sha256, string? From = null);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, WriteIndented = false)]
[JsonSerializable(typeof(VariantStatement))]
internal sealed partial class VariantJson : JsonSerializerContext;
