using Berth.Registry.Publishers;
using Berth.Server.Auth;

namespace Berth.Server.Apis;

/// <summary>Gives plugins to other publishers.</summary>
internal static class TransfersApi
{
    private const string NoTransfer = "There is no such open transfer.";

    public static void MapTransfers(this IEndpointRouteBuilder routes)
    {
        routes.MapGroup("/api/v1/plugins/{slug}").WithTags("Publishers").WithBerthPolicies()
            .MapPost("/transfer", OfferAsync).NeedScope(TokenScopes.Publish).WithSummary("Offer a plugin to another publisher or user");
        var group = routes.MapGroup("/api/v1/transfers").WithTags("Publishers").WithBerthPolicies();
        group.MapGet("/", MineAsync).WithSummary("Plugins that the caller can take over");
        group.MapPost("/{id}/accept", AcceptAsync).NeedScope(TokenScopes.Publish).WithSummary("Take a plugin over");
        group.MapPost("/{id}/decline", DeclineAsync).NeedScope(TokenScopes.Publish).WithSummary("Decline a plugin");
        group.MapDelete("/{id}", WithdrawAsync).NeedScope(TokenScopes.Publish).WithSummary("Take an offer back");
    }

    private static async Task<IResult> OfferAsync(HttpContext context, ITransfers transfers)
    {
        var slug = RouteValues.Slug(context);
        var to = PublisherAnswers.Text((await RequestBody.ReadAsync<TransferBody>(context)).To, "to", 256);
        var isDryRun = QueryValues.Flag(context.Request, "dry_run");
        var outcome = await transfers.OfferAsync(VersionAnswers.Actor(context), slug, to, isDryRun, context.RequestAborted);
        return PublisherAnswers.Shown(outcome, id => new { id, slug, to, state = isDryRun ? "planned" : id is null ? "done" : "offered", dry_run = isDryRun });
    }

    private static async Task<IResult> MineAsync(HttpContext context, ITransfers transfers) =>
        Results.Json(new { transfers = await transfers.ToUserAsync(context.Caller().UserId, context.RequestAborted) }, BerthJson.Options);

    private static async Task<IResult> AcceptAsync(HttpContext context, ITransfers transfers) => await AnswerAsync(context, transfers, accepts: true);

    private static async Task<IResult> DeclineAsync(HttpContext context, ITransfers transfers) => await AnswerAsync(context, transfers, accepts: false);

    private static async Task<IResult> AnswerAsync(HttpContext context, ITransfers transfers, bool accepts)
    {
        var id = PublisherAnswers.Id(context, "id", "publisher.transfer_unknown", NoTransfer);
        return PublisherAnswers.Shown(await transfers.AnswerAsync(VersionAnswers.Actor(context), id, accepts, context.RequestAborted), _ => new { id, accepted = accepts });
    }

    private static async Task<IResult> WithdrawAsync(HttpContext context, ITransfers transfers)
    {
        var id = PublisherAnswers.Id(context, "id", "publisher.transfer_unknown", NoTransfer);
        return PublisherAnswers.Shown(await transfers.WithdrawAsync(VersionAnswers.Actor(context), id, context.RequestAborted), _ => new { id, withdrawn = true });
    }

    private sealed record TransferBody(string? To);
}
