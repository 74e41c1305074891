using System.Globalization;
using System.Text.Json;
using Berth.Lifecycle.Events;
using Berth.Server.Auth;
using Berth.Server.Events;
using Berth.Server.Problems;

namespace Berth.Server.Apis;

/// <summary>What happens, as it happens: the caller's own events, all of them for an administrator.</summary>
internal static class EventsApi
{
    private const int MaxTypes = 32;

    public static void MapEvents(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/events", GetAsync).WithTags("Events").WithSummary("Events as they happen (text/event-stream); Last-Event-ID resumes").WithBerthPolicies();

    /// <summary>Whose rows the caller sees: their own, everybody's as an administrator who acts for nobody else.</summary>
    internal static string? VisibleTo(Caller caller) => caller.IsAdministrator && caller.UserId == caller.ActorId ? null : caller.UserId;

    private static async Task<IResult> GetAsync(HttpContext context, IEvents events, TimeProvider time)
    {
        var filter = new EventFilter(VisibleTo(context.Caller()), Types(context.Request), QueryValues.Text(context.Request, "slug", maxLength: 64));
        if (!TakesStream(context.Request))
            return await LookBackAsync(context, events, filter);
        await FollowAsync(context, events, time, filter, After(context.Request));
        return Results.Empty;
    }

    /// <summary>A stream for whoever does not ask for something else: curl, EventSource.</summary>
    private static bool TakesStream(HttpRequest request)
    {
        var accept = request.Headers.Accept.ToString();
        return accept.Length == 0 || ServerSentEvents.IsWanted(request) || accept.Contains("*/*", StringComparison.Ordinal) || accept.Contains("text/*", StringComparison.Ordinal);
    }

    private static async Task<IResult> LookBackAsync(HttpContext context, IEvents events, EventFilter filter)
    {
        var cursor = QueryValues.Text(context.Request, "cursor", maxLength: 20);
        if (!long.TryParse(cursor ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var before))
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.cursor", "The cursor is not valid. Start again without one.");
        var page = await events.LookBackAsync(filter, before == 0 ? long.MaxValue : before, QueryValues.Limit(context.Request), context.RequestAborted);
        var next = page.ReadTo > 0 ? page.ReadTo.ToString(CultureInfo.InvariantCulture) : null;
        QueryValues.LinkNext(context, next);
        return Results.Json(new { events = page.Events.Select(published => JsonSerializer.Deserialize<JsonElement>(CloudEvent.Json(published))), next_cursor = next }, BerthJson.Options);
    }

    private static async Task FollowAsync(HttpContext context, IEvents events, TimeProvider time, EventFilter filter, long? after)
    {
        using var stream = new ServerSentEvents(context);
        try
        {
            await new EventStream(stream, events, filter, time).RunAsync(after);
        }
        catch (OperationCanceledException) when (stream.Ended.IsCancellationRequested)
        {
            // The client is gone or the server stops; the client resumes with the last id it has.
        }
    }

    private static string[]? Types(HttpRequest request)
    {
        var types = QueryValues.Text(request, "type", maxLength: 1024)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return types is { Length: > MaxTypes }
            ? throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.query", $"'type' names at most {MaxTypes} types.")
            : types;
    }

    private static long? After(HttpRequest request)
    {
        if (ServerSentEvents.LastEventId(request) is not { } text)
            return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var after)
            ? after
            : throw new ApiProblemException(StatusCodes.Status400BadRequest, "event.id", "Last-Event-ID is the id of an event of this stream, a whole number.");
    }
}
