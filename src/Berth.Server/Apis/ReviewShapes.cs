using System.Text.Json;
using Berth.Registry.Review;

namespace Berth.Server.Apis;

/// <summary>Reviews as the registry's answers show them.</summary>
internal static class ReviewShapes
{
    public static object Short(ReviewRecord review) => new
    {
        review.Id,
        review.Slug,
        review.Version,
        review.State,
        review.PublishedBy,
        review.Position,
        review.Reasons,
        staged = review.IsStaged,
        review.HeldAt,
        review.QueuedAt,
        is_appeal = review.Appeal is not null,
        review.Appeal,
        review.AppealedAt,
        review.DecidedBy,
        review.DecidedAt,
        decision_reason = review.Decision,
        review.RejectedBy,
        rejection_reason = review.Rejection,
        can_appeal = review.State == ReviewState.Rejected && review.Appeal is null,
    };

    /// <summary>In the queue: with its age.</summary>
    public static object Listed(ReviewRecord review, DateTimeOffset now) => new
    {
        review.Id,
        review.Slug,
        review.Version,
        review.State,
        review.PublishedBy,
        review.Position,
        age_seconds = (long)(now - review.HeldAt).TotalSeconds,
        review.Reasons,
        staged = review.IsStaged,
        is_appeal = review.Appeal is not null,
        review.Appeal,
        review.HeldAt,
        review.QueuedAt,
        review.DecidedBy,
        review.DecidedAt,
        decision_reason = review.Decision,
    };

    public static object Whole(ReviewView view, DateTimeOffset now) => new
    {
        review = Short(view.Review),
        age_seconds = (long)(now - view.Review.HeldAt).TotalSeconds,
        version = view.Version is null ? null : RegistryShapes.Version(view.Version, 0),
        stages = view.Stages,
        findings = view.Findings.Select(Finding),
        findings_new = view.FindingsNew.Select(Finding),
        findings_gone = view.FindingsGone.Select(Finding),
        difference = view.Difference,
        signature = view.Signature,
        previous_signature = view.PreviousSignature,
        provenance = view.Provenance is null ? (JsonElement?)null : JsonSerializer.Deserialize<JsonElement>(view.Provenance),
    };

    private static object Finding(ReviewFinding finding) => new { finding.Stage, finding.Code, finding.Severity, finding.File, details = finding.Whole };
}
