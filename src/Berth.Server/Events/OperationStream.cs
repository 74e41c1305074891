using System.Globalization;
using System.Text.Json;
using Berth.Lifecycle.Operations.Log;
using Berth.Server.Apis;

namespace Berth.Server.Events;

/// <summary>
/// An operation's steps until it ends: <c>step</c> (its id is the step's number), <c>progress</c> for operations on many,
/// and <c>end</c> with the whole entry.
/// </summary>
internal sealed class OperationStream(string id, IOperationLog log) : IResult
{
    /// <summary>Id of the last event.</summary>
    public const string EndId = "end";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var stream = new ServerSentEvents(httpContext);
        try
        {
            await RunAsync(stream, LastStep(httpContext.Request));
        }
        catch (OperationCanceledException) when (stream.Ended.IsCancellationRequested)
        {
            // The client is gone or the server stops. The operation goes on, and the client comes back.
        }
    }

    private async Task RunAsync(ServerSentEvents stream, int sent)
    {
        await stream.StartAsync();
        string? progress = null;
        await foreach (var entry in log.WatchAsync(id, ServerSentEvents.Heartbeat, stream.Ended))
        {
            if (!await stream.IsPermittedAsync())
            {
                await stream.CommentAsync("the token is no longer in force");
                return;
            }

            if (entry is null)
            {
                await stream.HeartbeatAsync();
            }
            else
            {
                var steps = OperationShapes.Steps(entry);
                for (; sent < steps.Count; sent++)
                    await stream.EventAsync("step", (sent + 1).ToString(CultureInfo.InvariantCulture), Json(steps[sent]));
                if (entry.Progress is { } now && now != progress)
                    await stream.EventAsync("progress", null, Json(OperationShapes.Json(progress = now)));
                if (entry.HasEnded)
                    await stream.EventAsync("end", EndId, Json(OperationShapes.Entry(entry, await log.ChildrenAsync(id, stream.Ended))));
            }

            await stream.FlushAsync();
        }
    }

    private static int LastStep(HttpRequest request) =>
        int.TryParse(ServerSentEvents.LastEventId(request), NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : 0;

    private static string Json(object? value) => JsonSerializer.Serialize(value, BerthJson.Options);
}
