using Berth.Registry.Optimization.Reports;

namespace Berth.Registry.Optimization.Variants;

/// <summary>A variant of a version, or the order to make one.</summary>
/// <param name="Slug">The plugin.</param>
/// <param name="Version">Its version.</param>
/// <param name="Kind">For example <c>optimized</c>.</param>
/// <param name="SourceDigest">SHA-256 of the original package.</param>
/// <param name="State">One of <see cref="VariantState"/>.</param>
/// <param name="Digest">SHA-256 of the variant, when it is ready.</param>
/// <param name="Size">Bytes of the variant, when it is ready.</param>
/// <param name="Report">What was done, when it was tried.</param>
/// <param name="Signature">The registry's signature over the variant's files (a detached JWS, JSON), if the registry signs.</param>
/// <param name="Code">Why there is none, dotted.</param>
/// <param name="Reason">Why there is none, in words.</param>
/// <param name="CreatedAt">When it was ordered.</param>
/// <param name="UpdatedAt">When its state changed last.</param>
public sealed record VariantRecord(
    string Slug,
    string Version,
    string Kind,
    string SourceDigest,
    string State,
    string? Digest,
    long? Size,
    OptimizationReport? Report,
    string? Signature,
    string? Code,
    string? Reason,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt);
