using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Berth.Data.Blobs;
using Berth.Registry.Catalog;
using Berth.Registry.Review;
using Berth.Server.Auth;
using Berth.Server.Problems;
using Berth.Server.RateLimiting;

namespace Berth.Server.Apis;

/// <summary>Held versions: the queue, what there is to know about each, decisions and appeals.</summary>
internal static class ReviewsApi
{
    private const int MaxReason = 4_000;

    public static void MapReviews(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/reviews").WithTags("Reviews").WithBerthPolicies();
        group.MapGet("/", ListAsync).WithSummary("Versions in review in the order of the queue: all for reviewers, their own for publishers");
        group.MapGet("/{id}", OneAsync).WithSummary("All there is to know to decide: findings, the difference to the version before, reasons");
        group.MapGet("/{id}/package", PackageAsync).InCategory(RateCategory.Download).WithSummary("The bytes of a version in review");
        group.MapPost("/{id}/approve", ApproveAsync).NeedScope(TokenScopes.Write).WithSummary("Make the version visible");
        group.MapPost("/{id}/reject", RejectAsync).NeedScope(TokenScopes.Write).WithSummary("Do not, with a reason for the publisher");
        group.MapPost("/{id}/appeal", AppealAsync).NeedScope(TokenScopes.Write).WithSummary("Ask for another reviewer's decision, once");
    }

    private static async Task<IResult> ListAsync(HttpContext context, IReviews reviews, TimeProvider time)
    {
        var request = context.Request;
        var caller = context.Caller();
        var state = QueryValues.Text(request, "state", maxLength: 16) ?? ReviewState.Open;
        if (!ReviewState.All.Contains(state))
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.query", $"'state' is one of {string.Join(", ", ReviewState.All)}.");
        var limit = QueryValues.Limit(request);
        var (afterAt, afterId) = Place(QueryValues.Text(request, "cursor"));
        var page = await reviews.ListAsync(
            new ReviewQuery(
                state, caller.IsReviewer ? null : caller.UserId, QueryValues.Flag(request, "mine") ? caller.UserId : null,
                QueryValues.Text(request, "slug", maxLength: 64), limit + 1, afterAt, afterId),
            context.RequestAborted);
        var shown = page.Take(limit).ToList();
        var next = page.Count > limit ? Cursor(shown[^1]) : null;
        QueryValues.LinkNext(context, next);
        var now = time.GetUtcNow();
        return Results.Json(new { reviews = shown.Select(review => ReviewShapes.Listed(review, now)), next_cursor = next }, BerthJson.Options);
    }

    private static async Task<IResult> OneAsync(HttpContext context, string id, IReviews reviews, IReviewDetails details, TimeProvider time) =>
        Results.Json(ReviewShapes.Whole(await details.OfAsync(await FindAsync(context, id, reviews), context.RequestAborted), time.GetUtcNow()), BerthJson.Options);

    private static async Task<IResult> PackageAsync(HttpContext context, string id, IReviews reviews, IKeptVersions versions, IPackageBlobs blobs)
    {
        var review = await FindAsync(context, id, reviews);
        var version = await versions.FindAsync(review.Slug, review.Version, context.RequestAborted);
        var bytes = version is null || version.State == VersionState.Deleted ? null : await blobs.OpenAsync(version.Digest, context.RequestAborted);
        if (bytes is null)
            throw new ApiProblemException(StatusCodes.Status404NotFound, "version.unknown", $"The bytes of {review.Slug} {review.Version} are not kept any more.");
        context.Response.Headers.CacheControl = "private, no-store";
        return Results.Stream(bytes, "application/vnd.berth.package+zip", $"{review.Slug}-{review.Version}.berth");
    }

    private static Task<IResult> ApproveAsync(HttpContext context, string id, IReviews reviews) => DecideAsync(context, id, reviews, isApproved: true);

    private static Task<IResult> RejectAsync(HttpContext context, string id, IReviews reviews) => DecideAsync(context, id, reviews, isApproved: false);

    private static async Task<IResult> DecideAsync(HttpContext context, string id, IReviews reviews, bool isApproved)
    {
        RequireId(id);
        var body = await RequestBody.ReadOptionalAsync<Decision>(context);
        if (body.Reason is { Length: > MaxReason })
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "review.reason", $"'reason' has {MaxReason} characters at most.");
        return Shown(await reviews.DecideAsync(
            id, isApproved, Reviewers.ActorOf(context.Caller()), body.Reason, QueryValues.Flag(context.Request, "dry_run"), context.RequestAborted));
    }

    private static async Task<IResult> AppealAsync(HttpContext context, string id, IReviews reviews)
    {
        RequireId(id);
        var body = await RequestBody.ReadAsync<Appeal>(context);
        if (string.IsNullOrWhiteSpace(body.Text) || body.Text.Length > MaxReason)
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "review.appeal_text", $"Send 'text', 1 to {MaxReason} characters: what the next reviewer should know.");
        return Shown(await reviews.AppealAsync(
            id, Reviewers.ActorOf(context.Caller()), body.Text, QueryValues.Flag(context.Request, "dry_run"), context.RequestAborted));
    }

    private static async Task<ReviewRecord> FindAsync(HttpContext context, string id, IReviews reviews)
    {
        RequireId(id);
        return await reviews.FindAsync(id, Reviewers.ActorOf(context.Caller()), context.RequestAborted) ?? throw Unknown();
    }

    private static IResult Shown(ReviewOutcome outcome) => outcome switch
    {
        ReviewOutcome.Done done => Results.Json(ReviewShapes.Short(done.Review), BerthJson.Options),
        ReviewOutcome.Unknown => throw Unknown(),
        ReviewOutcome.NotReviewer => throw new ApiProblemException(StatusCodes.Status403Forbidden, "review.not_reviewer",
            "Only a reviewer may decide on this version: an administrator, or a user with the role 'reviewer', with a token that permits 'admin'."),
        ReviewOutcome.OwnVersion => throw new ApiProblemException(StatusCodes.Status403Forbidden, "review.own_version",
            "You published this version, so somebody else has to decide on it."),
        ReviewOutcome.SameReviewer => throw new ApiProblemException(StatusCodes.Status403Forbidden, "review.same_reviewer",
            "You rejected this version, so somebody else has to decide on the appeal."),
        ReviewOutcome.ReasonNeeded needed => throw new ApiProblemException(StatusCodes.Status400BadRequest, "review.reason", needed.HasCriticalFindings
            ? "The version has critical findings. Send 'reason': why it is acceptable all the same."
            : "Send 'reason': what the publisher has to change."),
        ReviewOutcome.NotOpen not => throw new ApiProblemException(StatusCodes.Status409Conflict, "review.not_open",
            $"{not.Review.Slug} {not.Review.Version} is not in the queue: its review is {not.Review.State}."),
        ReviewOutcome.Quarantined quarantined => throw new ApiProblemException(StatusCodes.Status409Conflict, "review.quarantined", quarantined.Why),
        ReviewOutcome.NotPublisher => throw new ApiProblemException(StatusCodes.Status403Forbidden, "review.not_publisher",
            "Only who published the version can appeal."),
        ReviewOutcome.NotRejected not => throw new ApiProblemException(StatusCodes.Status409Conflict, "review.not_rejected",
            $"{not.Review.Slug} {not.Review.Version} was not rejected: its review is {not.Review.State}."),
        ReviewOutcome.AppealedBefore => throw new ApiProblemException(StatusCodes.Status409Conflict, "review.appealed_before",
            "There was an appeal already, and there is one only. Publish a new version."),
        _ => throw new InvalidOperationException($"Unknown outcome {outcome.GetType().Name}."),
    };

    private static void RequireId(string id)
    {
        if (id.Length != 32 || !id.All(char.IsAsciiHexDigitLower))
            throw Unknown();
    }

    private static ApiProblemException Unknown() =>
        new(StatusCodes.Status404NotFound, "review.unknown", "There is no such review, or it is not yours to see. GET /api/v1/reviews lists those you may see.");

    private static string Cursor(ReviewRecord review) => Base64Url.EncodeToString(
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{review.QueuedAt.ToUnixTimeMilliseconds()}.{review.Id}")));

    private static (DateTimeOffset? At, string? Id) Place(string? cursor)
    {
        if (cursor is null)
            return (null, null);
        try
        {
            if (Encoding.ASCII.GetString(Base64Url.DecodeFromChars(cursor)).Split('.') is [var at, { Length: 32 } id]
                && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds < 253_402_300_800_000 && id.All(char.IsAsciiHexDigitLower))
            {
                return (DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), id);
            }
        }
        catch (FormatException)
        {
            // Not one of ours either.
        }

        throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.cursor", "The cursor is not valid. Start again without one.");
    }

    private sealed record Decision
    {
        public string? Reason { get; init; }
    }

    private sealed record Appeal(string? Text);
}
