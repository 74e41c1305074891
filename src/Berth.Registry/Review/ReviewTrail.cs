using System.Text.Json;
using Berth.Data.Sessions;

namespace Berth.Registry.Review;

/// <summary>What a decision on a held version leaves behind, in its transaction: audit, and events for its publisher.</summary>
internal static class ReviewTrail
{
    /// <summary>Who decides when it is no person.</summary>
    public const string System = "system";

    /// <summary>An approval or a rejection.</summary>
    public static async Task DecidedAsync(DbSession session, ReviewRecord review, bool isApproved, string actorId, string? reason, long at)
    {
        await TellAsync(session, review, isApproved ? "berth.package.approved" : "berth.package.rejected", isApproved ? "review.approve" : "review.reject", actorId, reason, at);
        if (isApproved)
            await PublishedAsync(session, review, at);
    }

    /// <summary>Any step of a review.</summary>
    public static async Task TellAsync(DbSession session, ReviewRecord review, string type, string action, string actorId, string? reason, long at)
    {
        var subject = $"{review.Slug}@{review.Version}";
        var data = JsonSerializer.Serialize(new { slug = review.Slug, version = review.Version, review_id = review.Id, reason });
        await RegistryRecords.AddEventAsync(session, at, type, subject, review.PublishedBy, data);
        await RegistryRecords.AddAuditAsync(session, at, actorId, action, subject, data);
    }

    private static async Task PublishedAsync(DbSession session, ReviewRecord review, long at)
    {
        var row = await session.FirstOrDefaultAsync<PublishedRow>(
            "SELECT v.digest, v.size, p.trust_level FROM package_version v JOIN package p ON p.slug = v.slug WHERE v.slug = @Slug AND v.version = @Version",
            new { review.Slug, review.Version });
        var data = JsonSerializer.Serialize(new { slug = review.Slug, version = review.Version, digest = row!.Digest, size = row.Size, trust_level = row.TrustLevel });
        await RegistryRecords.AddEventAsync(session, at, "berth.package.published", $"{review.Slug}@{review.Version}", review.PublishedBy, data);
    }

    private sealed record PublishedRow(string Digest, long Size, string TrustLevel);
}
