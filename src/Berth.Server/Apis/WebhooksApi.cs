using System.Text.Json;
using Berth.Lifecycle.Webhooks;
using Berth.Server.Auth;
using Berth.Server.Problems;

namespace Berth.Server.Apis;

/// <summary>Webhooks: where the caller's events are sent, or everybody's for an administrator.</summary>
internal static class WebhooksApi
{
    public static void MapWebhooks(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/webhooks").WithTags("Webhooks").WithBerthPolicies();
        group.MapPost("/", CreateAsync).NeedScope(TokenScopes.Write).NeverKeepAnswer().WithSummary("Make a webhook; answers its secret, once");
        group.MapGet("/", ListAsync).WithSummary("The caller's webhooks, newest first; all for an administrator");
        group.MapGet("/{id}", OneAsync).WithSummary("One webhook");
        group.MapPatch("/{id}", ChangeAsync).NeedScope(TokenScopes.Write).WithSummary("Change a webhook, switch it off or on again");
        group.MapDelete("/{id}", RemoveAsync).NeedScope(TokenScopes.Write).WithSummary("Remove a webhook with its log");
        group.MapPost("/{id}/rotate", RotateAsync).NeedScope(TokenScopes.Write).NeverKeepAnswer().WithSummary("Give a webhook another secret; the old one signs too for a day");
        DeliveriesApi.Map(group);
    }

    internal static string? VisibleTo(HttpContext context) => EventsApi.VisibleTo(context.Caller());

    /// <summary>What has not the form of an id names nothing.</summary>
    internal static string Id(HttpContext context, string name = "id") =>
        context.GetRouteValue(name) is string { Length: 32 } id && id.All(char.IsAsciiHexDigitLower) ? id : "";

    internal static bool IsDryRun(HttpContext context) => QueryValues.Flag(context.Request, "dry_run");

    private static async Task<IResult> CreateAsync(HttpContext context, IWebhooks webhooks)
    {
        var change = await ReadAsync(context);
        var isDryRun = IsDryRun(context);
        return WebhookShapes.Answer(
            await webhooks.CreateAsync(context.Caller().ForOperations(context), change, isDryRun, context.RequestAborted), isDryRun, StatusCodes.Status201Created);
    }

    private static async Task<IResult> ListAsync(HttpContext context, IWebhooks webhooks)
    {
        var limit = QueryValues.Limit(context.Request, preset: 100);
        var cursor = Cursor(context);
        var page = await webhooks.ListAsync(VisibleTo(context), limit + 1, cursor, context.RequestAborted);
        var shown = page.Take(limit).ToList();
        var next = page.Count > limit ? shown[^1].Id : null;
        QueryValues.LinkNext(context, next);
        return Results.Json(new { webhooks = shown.Select(webhook => WebhookShapes.Webhook(webhook)), next_cursor = next }, BerthJson.Options);
    }

    private static async Task<IResult> OneAsync(HttpContext context, IWebhooks webhooks) =>
        WebhookShapes.Answer(await webhooks.FindAsync(VisibleTo(context), Id(context), context.RequestAborted));

    private static async Task<IResult> ChangeAsync(HttpContext context, IWebhooks webhooks)
    {
        var change = await ReadAsync(context);
        var isDryRun = IsDryRun(context);
        return WebhookShapes.Answer(
            await webhooks.ChangeAsync(context.Caller().ForOperations(context), VisibleTo(context), Id(context), change, isDryRun, context.RequestAborted), isDryRun);
    }

    private static async Task<IResult> RemoveAsync(HttpContext context, IWebhooks webhooks)
    {
        var isDryRun = IsDryRun(context);
        var outcome = await webhooks.RemoveAsync(context.Caller().ForOperations(context), VisibleTo(context), Id(context), isDryRun, context.RequestAborted);
        return outcome is WebhookOutcome.Done && !isDryRun ? Results.NoContent() : WebhookShapes.Answer(outcome, isDryRun);
    }

    private static async Task<IResult> RotateAsync(HttpContext context, IWebhooks webhooks)
    {
        var isDryRun = IsDryRun(context);
        return WebhookShapes.Answer(
            await webhooks.RotateAsync(context.Caller().ForOperations(context), VisibleTo(context), Id(context), isDryRun, context.RequestAborted), isDryRun);
    }

    internal static string? Cursor(HttpContext context)
    {
        var cursor = QueryValues.Text(context.Request, "cursor", maxLength: 64);
        return cursor is null || cursor.All(char.IsAsciiHexDigitLower) ? cursor
            : throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.cursor", "The cursor was not made by this server. Start again without one.");
    }

    private static async Task<WebhookChange> ReadAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync<WebhookBody>(context);
        if (body.Scope is not (null or "own" or "all"))
            throw new ApiProblemException(StatusCodes.Status422UnprocessableEntity, "webhook.scope", "'scope' is own or all.");
        if (body.Scope == "all" && VisibleTo(context) is not null)
            throw new ApiProblemException(StatusCodes.Status403Forbidden, "auth.administrator", "Only an administrator, acting for nobody else, may have the events of all users.");
        return new WebhookChange
        {
            Url = body.Url,
            Name = body.Name,
            Types = body.Types,
            ChangesSlug = body.Slug.ValueKind is not JsonValueKind.Undefined,
            Slug = body.Slug.ValueKind switch
            {
                JsonValueKind.Undefined or JsonValueKind.Null => null,
                JsonValueKind.String => body.Slug.GetString(),
                _ => "", // refused with its reason
            },
            IsEverybodys = body.Scope is null ? null : body.Scope == "all",
            IsEnabled = body.Enabled,
        };
    }

    private sealed record WebhookBody(string? Url, string? Name, IReadOnlyList<string>? Types, JsonElement Slug, string? Scope, bool? Enabled);
}
