using Berth.Data.Sessions;
using Berth.Lifecycle.Users;
using Berth.Server.Auth;
using Berth.Server.Problems;

namespace Berth.Server.Apis;

/// <summary>Deleting users: with all that is theirs, or handing it over; and what somebody took over and had already.</summary>
internal static class UserDeletionApi
{
    public static void Map(IEndpointRouteBuilder group) =>
        group.MapDelete("/{id}", DeleteAsync).WithSummary("Delete a user: data=delete (default) or data=handover&to={user id}");

    public static void MapOwn(IEndpointRouteBuilder group)
    {
        group.MapDelete("/me", DeleteOwnAsync).NeedScope(TokenScopes.Write).WithSummary("Delete the caller with all their data; confirm={own user name}");
        group.MapGet("/me/kept-documents", KeptAsync).WithSummary("Documents taken over from a deleted user whose plugin the caller had already");
    }

    private static async Task<IResult> DeleteAsync(HttpContext context, string id, IServiceProvider services)
    {
        var to = QueryValues.Text(context.Request, "to", maxLength: 32);
        var isHandover = QueryValues.Text(context.Request, "data", maxLength: 16) switch
        {
            null or "delete" => false,
            "handover" => true,
            _ => throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.query", "'data' is delete or handover."),
        };
        if (isHandover == to is null)
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.query", "Send 'to', the id of the user who takes over, with data=handover and only with it.");
        return await RunAsync(context, services, id, to);
    }

    private static async Task<IResult> DeleteOwnAsync(HttpContext context, IServiceProvider services)
    {
        var caller = context.Caller();
        if (QueryValues.Text(context.Request, "confirm") != caller.UserName)
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "user.confirm", "This deletes you and all your data. Send 'confirm' with your user name.");
        return await RunAsync(context, services, caller.UserId, heir: null);
    }

    private static async Task<IResult> RunAsync(HttpContext context, IServiceProvider services, string id, string? heir)
    {
        if (services.GetService<IUserRemoval>() is not { } removal)
            throw new ApiProblemException(StatusCodes.Status404NotFound, "route.unknown", "Users are deleted on the host, which is another process.");
        var isDryRun = QueryValues.Flag(context.Request, "dry_run");
        var tokens = services.GetRequiredService<TokenStore>();
        var request = new UserRemovalRequest(id, heir, context.Caller().ActorId, context.TraceIdentifier, isDryRun, tokens.Forget);
        return await removal.RemoveAsync(request, context.RequestAborted) switch
        {
            UserRemovalOutcome.Removed removed => Results.Json(
                new { status = "success", dry_run = isDryRun, data = new { user_id = id, removed.Uninstalled, removed.HandedOver, removed.Kept, removed.Notes } }, BerthJson.Options),
            UserRemovalOutcome.Unknown => throw new ApiProblemException(StatusCodes.Status404NotFound, "user.unknown", "There is no such user."),
            UserRemovalOutcome.UnknownHeir => throw new ApiProblemException(
                StatusCodes.Status422UnprocessableEntity, "user.heir", "'to' names no other user of this server. Nothing was changed."),
            UserRemovalOutcome.LastAdministrator => throw new ApiProblemException(
                StatusCodes.Status409Conflict, "user.last_administrator", "This is the last administrator. Make another one first; nothing was changed."),
            var other => throw new InvalidOperationException($"Unknown outcome {other.GetType().Name}."),
        };
    }

    private static async Task<IResult> KeptAsync(HttpContext context, IDatabase database)
    {
        var limit = QueryValues.Limit(context.Request, preset: 100);
        var (batch, slug, key) = Place(QueryValues.Text(context.Request, "cursor", maxLength: 1024));
        var rows = await database.ReadAsync(
            session => session.QueryAsync<Kept>(
                """
                SELECT batch, plugin_slug, version, key, value, kept_at FROM kept_document
                WHERE user_id = @UserId AND (batch, plugin_slug, key) > (@batch, @slug, @key) ORDER BY batch, plugin_slug, key LIMIT @limit
                """,
                new { context.Caller().UserId, batch, slug, key, limit = limit + 1 }),
            context.RequestAborted);
        var shown = rows.Take(limit).ToList();
        var next = rows.Count > limit ? $"{shown[^1].Batch}/{shown[^1].PluginSlug}/{shown[^1].Key}" : null;
        QueryValues.LinkNext(context, next);
        return Results.Json(new
        {
            documents = shown.Select(row => new
            {
                plugin_slug = row.PluginSlug,
                row.Version,
                row.Key,
                value = System.Text.Json.JsonSerializer.Deserialize<System.Text.Json.JsonElement>(row.Value),
                kept_at = DateTimeOffset.FromUnixTimeMilliseconds(row.KeptAt),
            }),
            next_cursor = next,
        }, BerthJson.Options);
    }

    private static (string Batch, string Slug, string Key) Place(string? cursor) => cursor?.Split('/', 3) switch
    {
        null => ("", "", ""),
        [var batch, var slug, var key] => (batch, slug, key),
        _ => throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.cursor", "The cursor is not valid. Start again without one."),
    };

    private sealed record Kept(string Batch, string PluginSlug, string Version, string Key, string Value, long KeptAt);
}
