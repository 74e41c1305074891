using System.Text.Json;
using Berth.Data.Blobs;
using Berth.Packaging.Archive;
using Berth.Packaging.Versioning;
using Berth.Registry.Catalog;
using Berth.Registry.Publishing;

namespace Berth.Registry.Review;

/// <summary>All that a reviewer needs to decide.</summary>
/// <param name="Review">The review.</param>
/// <param name="Version">The version, in whatever state.</param>
/// <param name="Stages">What the stages said, with evidence.</param>
/// <param name="Findings">The findings in it.</param>
/// <param name="FindingsNew">Those that the version before did not have.</param>
/// <param name="FindingsGone">Those that only the version before had.</param>
/// <param name="Signature">What the stage <c>signature</c> found out, and what it had of the version before.</param>
/// <param name="PreviousSignature">The same of the version before.</param>
/// <param name="Difference">Files, capabilities, dependencies, size.</param>
/// <param name="Provenance">Where continuous integration says that it comes from, as JSON.</param>
public sealed record ReviewView(
    ReviewRecord Review,
    VersionRecord? Version,
    IReadOnlyList<StageRecord> Stages,
    IReadOnlyList<ReviewFinding> Findings,
    IReadOnlyList<ReviewFinding> FindingsNew,
    IReadOnlyList<ReviewFinding> FindingsGone,
    JsonElement? Signature,
    JsonElement? PreviousSignature,
    VersionDifference? Difference,
    string? Provenance);

/// <summary>Puts together what a reviewer looks at.</summary>
public interface IReviewDetails
{
    /// <summary>The view of a review.</summary>
    Task<ReviewView> OfAsync(ReviewRecord review, CancellationToken cancellationToken = default);
}

/// <inheritdoc />
internal sealed class ReviewDetails(IKeptVersions versions, ICatalog catalog, IPublications publications, IPackageBlobs blobs, PackageLimits limits) : IReviewDetails
{
    private const string SignatureStage = "signature";

    public async Task<ReviewView> OfAsync(ReviewRecord review, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(review);
        var version = await versions.FindAsync(review.Slug, review.Version, cancellationToken);
        var before = await BeforeAsync(review, cancellationToken);
        var stages = await publications.StagesAsync(review.Slug, review.Version, cancellationToken);
        IReadOnlyList<StageRecord> oldStages = before is null ? [] : await publications.StagesAsync(before.Slug, before.Version, cancellationToken);
        var findings = EvidenceFindings.Of(stages);
        var oldFindings = EvidenceFindings.Of(oldStages);
        var difference = version is null ? null : VersionDifference.Of(
            version, await ReadAsync(version, cancellationToken), before, before is null ? null : await ReadAsync(before, cancellationToken));
        return new ReviewView(
            review, version, stages, findings,
            [.. findings.Where(finding => !oldFindings.Any(other => IsSame(finding, other)))],
            [.. oldFindings.Where(finding => !findings.Any(other => IsSame(finding, other)))],
            SignatureOf(stages), SignatureOf(oldStages), difference,
            await publications.ProvenanceAsync(review.Slug, review.Version, cancellationToken));
    }

    /// <summary>The next lower version that is visible; the newest visible one when it is lower than all.</summary>
    private async Task<VersionRecord?> BeforeAsync(ReviewRecord review, CancellationToken cancellationToken)
    {
        var others = (await catalog.FindAsync(review.Slug, cancellationToken))?.Versions.Where(version => version.Version != review.Version).ToList() ?? [];
        var number = SemanticVersion.Parse(review.Version);
        return others.FirstOrDefault(version => version.Manifest.Version.CompareTo(number) < 0) ?? others.FirstOrDefault();
    }

    private async Task<Package?> ReadAsync(VersionRecord version, CancellationToken cancellationToken)
    {
        await using var content = await blobs.OpenAsync(version.Digest, cancellationToken);
        return content is null ? null : (await PackageReader.ReadAsync(content, limits, cancellationToken)).Package;
    }

    private static bool IsSame(ReviewFinding one, ReviewFinding other) =>
        one.Stage == other.Stage && one.Code == other.Code && one.File == other.File && one.Severity == other.Severity;

    private static JsonElement? SignatureOf(IReadOnlyList<StageRecord> stages) => stages.FirstOrDefault(stage => stage.Stage == SignatureStage)?.Evidence;
}
