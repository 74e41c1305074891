using System.Globalization;
using Berth.Lifecycle.Webhooks;
using Berth.Server.Auth;
using Berth.Server.Problems;

namespace Berth.Server.Apis;

/// <summary>What was sent to a webhook, a test, and sending again.</summary>
internal static class DeliveriesApi
{
    private static readonly string[] States = ["pending", "delivered", "failed", "gone"];

    public static void Map(RouteGroupBuilder group)
    {
        group.MapGet("/{id}/deliveries", ListAsync).WithSummary("The log of a webhook, newest first, with every attempt");
        group.MapPost("/{id}/test", TestAsync).NeedScope(TokenScopes.Write).WithSummary("Send a test now and answer what came back");
        group.MapPost("/{id}/deliveries/{delivery}/replay", ReplayAsync).NeedScope(TokenScopes.Write).WithSummary("Send the event of a delivery again");
        group.MapPost("/{id}/replay", ReplayRangeAsync).NeedScope(TokenScopes.Write).WithSummary("Send all events of a time again");
    }

    private static async Task<IResult> ListAsync(HttpContext context, IWebhookDeliveries deliveries)
    {
        var limit = QueryValues.Limit(context.Request);
        var state = QueryValues.Text(context.Request, "state", maxLength: 32);
        if (state is not null && !States.Contains(state))
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.query", $"'state' is one of {string.Join(", ", States)}.");
        var page = await deliveries.ListAsync(
            WebhooksApi.VisibleTo(context), WebhooksApi.Id(context), state, limit + 1, WebhooksApi.Cursor(context), context.RequestAborted)
            ?? throw new ApiProblemException(StatusCodes.Status404NotFound, "webhook.unknown", "You have no such webhook. List yours: GET /api/v1/webhooks.");
        var shown = page.Take(limit).ToList();
        var next = page.Count > limit ? shown[^1].Id : null;
        QueryValues.LinkNext(context, next);
        return Results.Json(new { deliveries = shown.Select(WebhookShapes.Delivery), next_cursor = next }, BerthJson.Options);
    }

    private static async Task<IResult> TestAsync(HttpContext context, IWebhookDeliveries deliveries, IWebhooks webhooks)
    {
        if (WebhooksApi.IsDryRun(context))
            return WebhookShapes.Answer(await webhooks.FindAsync(WebhooksApi.VisibleTo(context), WebhooksApi.Id(context), context.RequestAborted), isDryRun: true);
        return WebhookShapes.Answer(await deliveries.TestAsync(WebhooksApi.VisibleTo(context), WebhooksApi.Id(context), context.RequestAborted));
    }

    private static async Task<IResult> ReplayAsync(HttpContext context, IWebhookDeliveries deliveries)
    {
        var isDryRun = WebhooksApi.IsDryRun(context);
        return WebhookShapes.Answer(
            await deliveries.ReplayAsync(
                context.Caller().ForOperations(context), WebhooksApi.VisibleTo(context), WebhooksApi.Id(context), WebhooksApi.Id(context, "delivery"), isDryRun, context.RequestAborted),
            isDryRun, StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> ReplayRangeAsync(HttpContext context, IWebhookDeliveries deliveries)
    {
        var isDryRun = WebhooksApi.IsDryRun(context);
        var range = new ReplayRange(
            Instant(context, "since") ?? throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.query", "'since' is needed: an instant such as 2026-01-31T12:00:00Z."),
            Instant(context, "until"), After(context));
        return WebhookShapes.Answer(
            await deliveries.ReplayRangeAsync(
                context.Caller().ForOperations(context), WebhooksApi.VisibleTo(context), WebhooksApi.Id(context), range, isDryRun, context.RequestAborted),
            isDryRun, StatusCodes.Status202Accepted);
    }

    private static DateTimeOffset? Instant(HttpContext context, string name)
    {
        if (QueryValues.Text(context.Request, name, maxLength: 64) is not { } text)
            return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at
            : throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.query", $"'{name}' is an instant such as 2026-01-31T12:00:00Z.");
    }

    private static long After(HttpContext context) =>
        long.TryParse(QueryValues.Text(context.Request, "after", maxLength: 20) ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var after) ? after
        : throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.query", "'after' is the number of an event, as 'continue_after' of an answer.");
}
