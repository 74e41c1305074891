using Berth.Data.Sessions;
using Berth.Packaging.Scanning.Dependencies;
using Berth.Registry.Review;
using Berth.Registry.Scanning;

namespace Berth.Registry.Advisories.Rechecking;

/// <summary>Ends the review of a version that only an advisory held, when that advisory does not name it any more.</summary>
internal static class ReviewLift
{
    private const string Reason = "The advisories that this version was held for do not name what it brings along any more.";

    /// <summary>
    /// Makes the version visible and tells its publisher. Whether it did: a version that something else holds as well, that a
    /// person has rejected, or that a quarantine hits, stays with the reviewers.
    /// </summary>
    public static async Task<bool> RunAsync(DbSession session, NextVersion version, long at)
    {
        if (await ReviewRows.FindAsync(session, version.Slug, version.Version) is not { State: ReviewState.Open, RejectedBy: null } review
            || !review.Reasons.All(IsOfDependencies)
            || await ReviewQuarantine.WhyAsync(session, review.Slug, review.Version, at) is not null)
        {
            return false;
        }

        // Held at its publishing, it comes out now; held later, it keeps its date and nobody's cool-down begins again.
        var publishedAt = await session.ScalarAsync<long>("SELECT published_at FROM package_version WHERE slug = @Slug AND version = @Version", new { version.Slug, version.Version });
        if (!await ReviewRows.DecideAsync(session, review, isApproved: true, ReviewTrail.System, Reason, at, wasPublished: review.HeldAt.ToUnixTimeMilliseconds() > publishedAt))
            return false;
        await ReviewTrail.DecidedAsync(session, review, isApproved: true, ReviewTrail.System, Reason, at);
        return true;
    }

    private static bool IsOfDependencies(HoldReason reason) =>
        reason.Stage == "scan" && (reason.Code == ScanJudgement.FindingsCode || DependencyJudgement.Codes.Contains(reason.Code));
}
