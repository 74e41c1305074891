using System.Text.Json;
using Berth.Lifecycle.Bulk;
using Berth.Server.Problems;

namespace Berth.Server.Apis;

/// <summary>One operation for many users, for administrators.</summary>
internal static class BulkApi
{
    public static void MapBulk(this IEndpointRouteBuilder routes)
    {
        foreach (var prefix in InstallationsApi.Prefixes)
        {
            var group = routes.MapGroup(prefix).WithTags("Bulk").WithBerthPolicies().NeedAdministrator();
            group.MapPost("/bulk", StartAsync).WithSummary("Install, update, uninstall, enable, disable, roll back or repair for many users");
            group.MapDelete("/operations/{id}", CancelAsync).WithSummary("End an operation for many users; what was done stays");
        }
    }

    private static async Task<IResult> StartAsync(HttpContext context, IBulkOperations bulk)
    {
        var body = await RequestBody.ReadAsync<BulkBody>(context);
        var request = new BulkRequest(
            body.Operation ?? "", body.Slug ?? "", Version(body.Version), Users(body.Users), body.Grant, QueryValues.Flag(context.Request, "dry_run"));
        return await bulk.StartAsync(context.Caller().ForOperations(context), request, context.RequestAborted) switch
        {
            BulkOutcome.Started started => Accepted(context, started),
            BulkOutcome.Planned planned => Results.Json(new { status = "success", dry_run = true, data = new { request.Operation, plugin_slug = request.Slug, planned.Total } }, BerthJson.Options),
            BulkOutcome.Refused refused => new ProblemResult(ProblemOf.Refusal(refused.Reason)),
            var unknown => throw new InvalidOperationException($"Unknown outcome {unknown.GetType().Name}."),
        };
    }

    private static IResult Accepted(HttpContext context, BulkOutcome.Started started)
    {
        var path = context.Request.Path.Value!;
        context.Response.Headers.Location = $"{context.Request.PathBase}{path[..path.LastIndexOf('/')]}/operations/{started.OperationId}";
        return Results.Json(
            new { status = "accepted", message = $"It runs for {started.Total} users.", operation_id = started.OperationId, data = new { operation_id = started.OperationId, started.Total } },
            BerthJson.Options, statusCode: StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> CancelAsync(HttpContext context, string id, IBulkOperations bulk) =>
        id.Length <= 64 && await bulk.CancelAsync(id, context.Caller().ActorId, context.RequestAborted)
            ? Results.Json(new { status = "success", message = "It ends after the users under way. What was done stays." }, BerthJson.Options)
            : throw new ApiProblemException(StatusCodes.Status404NotFound, "operation.unknown", "There is no such operation for many users under way.");

    /// <summary>The ids; <see langword="null"/> for all.</summary>
    private static IReadOnlyList<string>? Users(JsonElement users) => users.ValueKind switch
    {
        JsonValueKind.String when users.ValueEquals("all") => null,
        JsonValueKind.Array when users.EnumerateArray().All(id => id.ValueKind == JsonValueKind.String) => [.. users.EnumerateArray().Select(id => id.GetString()!)],
        _ => throw new ApiProblemException(StatusCodes.Status422UnprocessableEntity, "bulk.users", "'users' is \"all\" or a list of user ids."),
    };

    private static string? Version(string? version) =>
        version is { Length: > 256 }
            ? throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.invalid", "'version' is longer than 256 characters.")
            : string.IsNullOrWhiteSpace(version) ? null : version;

    private sealed record BulkBody(string? Operation, string? Slug, string? Version, JsonElement Users, IReadOnlyList<string>? Grant);
}
