using Berth.Lifecycle.Sharing;
using Berth.Server.Auth;
using Berth.Server.Problems;

namespace Berth.Server.Apis;

/// <summary>Offers of a plugin's version from user to user.</summary>
internal static class SharesApi
{
    public static void MapShares(this IEndpointRouteBuilder routes)
    {
        foreach (var prefix in InstallationsApi.Prefixes)
        {
            var group = routes.MapGroup(prefix).WithTags("Shares").WithBerthPolicies().WithMetadata(new CompatibleErrors());
            group.MapPost("/{slug}/share", OfferAsync).NeedScope(TokenScopes.Write).WithSummary("Offer the caller's version to other users");
            group.MapGet("/shares", ListAsync).WithSummary("Offers the caller made and got");
            group.MapPost("/shares/{id}/accept", AcceptAsync).NeedScope(TokenScopes.Write).WithSummary("Accept an offer: installs just that version");
            group.MapPost("/shares/{id}/decline", DeclineAsync).NeedScope(TokenScopes.Write).WithSummary("Decline an offer");
            group.MapDelete("/shares/{id}", WithdrawAsync).NeedScope(TokenScopes.Write).WithSummary("Withdraw an offer the caller made");
        }
    }

    private static async Task<IResult> OfferAsync(HttpContext context, IShares shares)
    {
        var body = await RequestBody.ReadAsync<ShareBody>(context);
        return Shown(await shares.OfferAsync(
            context.Caller().ForOperations(context), RouteValues.Slug(context), body.Users ?? [], context.RequestAborted));
    }

    private static async Task<IResult> ListAsync(HttpContext context, IShares shares)
    {
        var limit = QueryValues.Limit(context.Request, preset: 100);
        var cursor = QueryValues.Text(context.Request, "cursor", maxLength: 64);
        if (cursor is not null && !cursor.All(char.IsAsciiHexDigitLower))
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.cursor", "The cursor was not made by this server. Start again without one.");
        var page = await shares.OfUserAsync(context.Caller().UserId, limit + 1, cursor, context.RequestAborted);
        var shown = page.Take(limit).ToList();
        var next = page.Count > limit ? shown[^1].Id : null;
        QueryValues.LinkNext(context, next);
        return Results.Json(new
        {
            received = shown.Where(share => share.IsReceived).Select(Shown),
            given = shown.Where(share => !share.IsReceived).Select(Shown),
            next_cursor = next,
        }, BerthJson.Options);
    }

    private static async Task<IResult> AcceptAsync(HttpContext context, string id, IShares shares)
    {
        var body = await RequestBody.ReadOptionalAsync<AcceptBody>(context);
        return Shown(await shares.AcceptAsync(context.Caller().ForOperations(context), id, body.Grant, context.RequestAborted));
    }

    private static async Task<IResult> DeclineAsync(HttpContext context, string id, IShares shares) =>
        Shown(await shares.DeclineAsync(context.Caller().ForOperations(context), id, context.RequestAborted));

    private static async Task<IResult> WithdrawAsync(HttpContext context, string id, IShares shares) =>
        Shown(await shares.WithdrawAsync(context.Caller().ForOperations(context), id, context.RequestAborted));

    private static IResult Shown(ShareOutcome outcome) => outcome switch
    {
        ShareOutcome.Offered offered => Results.Json(
            new { status = "success", message = "Offered. Nothing changes for anybody until they accept.", data = new { shares = offered.Offers.Select(Shown) } },
            BerthJson.Options, statusCode: StatusCodes.Status201Created),
        ShareOutcome.Installed installed => InstallationsApi.Installed(installed.Outcome),
        ShareOutcome.Closed closed => Results.Json(new { status = "success", message = $"The offer is {closed.State}.", data = new { closed.State } }, BerthJson.Options),
        ShareOutcome.Refused refused => new ProblemResult(ProblemOf.Refusal(refused.Reason)),
        _ => throw new InvalidOperationException($"Unknown outcome {outcome.GetType().Name}."),
    };

    private static object Shown(ShareOffer offer) => new
    {
        offer.Id,
        from = new { id = offer.FromUser, username = offer.FromName },
        to = offer.Recipient,
        plugin_slug = offer.Slug,
        offer.Version,
        offer.Digest,
        offer.State,
        offer.CreatedAt,
        offer.ExpiresAt,
    };

    private sealed record ShareBody(IReadOnlyList<string>? Users);

    private sealed record AcceptBody(IReadOnlyList<string>? Grant)
    {
        public AcceptBody()
            : this((IReadOnlyList<string>?)null)
        {
        }
    }
}
