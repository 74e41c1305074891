using System.Text.Json;

namespace Berth.Cli.Http;

/// <summary>Why a version is held.</summary>
internal sealed record ReviewReason(string Stage, string Code, string Reason);

/// <summary>A version in review, or what came of it.</summary>
internal sealed record ReviewEntry(
    string Id, string Slug, string Version, string State, string? PublishedBy, long? Position, long? AgeSeconds, IReadOnlyList<ReviewReason>? Reasons, bool? Staged,
    bool? IsAppeal, string? Appeal, DateTimeOffset? HeldAt, string? DecidedBy, DateTimeOffset? DecidedAt, string? DecisionReason);

/// <summary>A page of the queue.</summary>
internal sealed record ReviewPage(IReadOnlyList<ReviewEntry> Reviews, string? NextCursor);

/// <summary>A file that differs from the version before.</summary>
internal sealed record ReviewFile(string Path, long? Size, long? PreviousSize);

/// <summary>What a version changes.</summary>
internal sealed record ReviewDifference(
    string? PreviousVersion, IReadOnlyList<ReviewFile> FilesAdded, IReadOnlyList<ReviewFile> FilesRemoved, IReadOnlyList<ReviewFile> FilesChanged, int FilesUnchanged,
    IReadOnlyList<string> CapabilitiesAdded, IReadOnlyList<string> CapabilitiesRemoved, IReadOnlyList<JsonElement>? Dependencies, long Size, long? PreviousSize);

/// <summary>A finding of a stage.</summary>
internal sealed record ReviewFinding(string Stage, string Code, string Severity, string? File);

/// <summary>All there is to know about one.</summary>
internal sealed record ReviewDetails(
    ReviewEntry Review, long? AgeSeconds, IReadOnlyList<UploadStage>? Stages, IReadOnlyList<ReviewFinding>? Findings, IReadOnlyList<ReviewFinding>? FindingsNew,
    ReviewDifference? Difference, JsonElement? Provenance);

/// <summary>The resource <c>/api/v1/reviews</c> of a registry.</summary>
internal static class ReviewsApi
{
    private const string Path = "/api/v1/reviews";

    /// <summary>The first hundred of the queue, or of those that are over.</summary>
    public static Task<ReviewPage> ReviewsAsync(this ApiConnection registry, string state, bool mine, CancellationToken cancellationToken) =>
        registry.GetAsync<ReviewPage>($"{Path}?limit=100&state={Uri.EscapeDataString(state)}{(mine ? "&mine=true" : "")}", cancellationToken);

    /// <summary>One.</summary>
    public static Task<ReviewDetails> ReviewAsync(this ApiConnection registry, string id, CancellationToken cancellationToken) =>
        registry.GetAsync<ReviewDetails>($"{Path}/{Uri.EscapeDataString(id)}", cancellationToken);

    /// <summary>Approves or rejects.</summary>
    public static Task<ReviewEntry> DecideAsync(this ApiConnection registry, string id, string decision, string? reason, bool isDryRun, CancellationToken cancellationToken) =>
        registry.SendAsync<ReviewEntry>(HttpMethod.Post, $"{Path}/{Uri.EscapeDataString(id)}/{decision}{Dry(isDryRun)}", new { reason }, cancellationToken);

    /// <summary>Appeals against a rejection.</summary>
    public static Task<ReviewEntry> AppealAsync(this ApiConnection registry, string id, string text, bool isDryRun, CancellationToken cancellationToken) =>
        registry.SendAsync<ReviewEntry>(HttpMethod.Post, $"{Path}/{Uri.EscapeDataString(id)}/appeal{Dry(isDryRun)}", new { text }, cancellationToken);

    private static string Dry(bool isDryRun) => isDryRun ? "?dry_run=true" : "";
}
