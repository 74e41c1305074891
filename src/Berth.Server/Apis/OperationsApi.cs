using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Berth.Lifecycle.Operations.Log;
using Berth.Server.Events;
using Berth.Server.Problems;

namespace Berth.Server.Apis;

/// <summary>Operations: what runs, what ran, how far it is, how it ended; one of them also as a stream of its steps.</summary>
internal static class OperationsApi
{
    public static void MapOperations(this IEndpointRouteBuilder routes)
    {
        foreach (var prefix in InstallationsApi.Prefixes)
        {
            var group = routes.MapGroup(prefix + "/operations").WithTags("Operations").WithBerthPolicies();
            group.MapGet("/", ListAsync).WithSummary("The caller's operations, newest first; all for an administrator");
            group.MapGet("/{id}", OneAsync).WithSummary("One operation with its steps; as text/event-stream its steps as they are reached");
        }
    }

    private static async Task<IResult> ListAsync(HttpContext context, IOperationLog log)
    {
        var request = context.Request;
        var limit = QueryValues.Limit(request);
        var page = await log.ListAsync(
            new OperationQuery(
                EventsApi.VisibleTo(context.Caller()), QueryValues.Text(request, "kind", maxLength: 32), QueryValues.Text(request, "state", maxLength: 32),
                QueryValues.Text(request, "slug", maxLength: 64), Place(QueryValues.Text(request, "cursor")), limit + 1),
            context.RequestAborted);
        var shown = page.Take(limit).ToList();
        var next = page.Count > limit ? Cursor(shown[^1]) : null;
        QueryValues.LinkNext(context, next);
        return Results.Json(new { operations = shown.Select(entry => OperationShapes.Entry(entry)), next_cursor = next }, BerthJson.Options);
    }

    private static async Task<IResult> OneAsync(HttpContext context, string id, IOperationLog log)
    {
        var entry = IsId(id) ? await log.FindAsync(EventsApi.VisibleTo(context.Caller()), id, context.RequestAborted) : null;
        if (entry is null)
            throw new ApiProblemException(StatusCodes.Status404NotFound, "operation.unknown", "There is no such operation, or it is another user's.");
        if (!ServerSentEvents.IsWanted(context.Request))
            return Results.Json(OperationShapes.Entry(entry, await log.ChildrenAsync(id, context.RequestAborted)), BerthJson.Options);
        // The reader has seen the end: 204 tells an EventSource not to come back.
        return ServerSentEvents.LastEventId(context.Request) == OperationStream.EndId ? Results.NoContent() : new OperationStream(id, log);
    }

    private static bool IsId(string id) => id.Length == 32 && id.All(char.IsAsciiHexDigitLower);

    private static string Cursor(OperationEntry entry) =>
        Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{entry.CreatedAt}.{entry.Id}")));

    private static OperationPlace? Place(string? cursor)
    {
        if (cursor is null)
            return null;
        try
        {
            if (Encoding.ASCII.GetString(Base64Url.DecodeFromChars(cursor)).Split('.') is [var at, var id] && IsId(id)
                && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var createdAt))
            {
                return new OperationPlace(createdAt, id);
            }
        }
        catch (FormatException)
        {
            // Said below.
        }

        throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.cursor", "The cursor is not valid. Start again without one.");
    }
}
