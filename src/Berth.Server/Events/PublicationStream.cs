using System.Globalization;
using System.Text.Json;
using Berth.Registry.Publishing;
using Berth.Server.Apis;

namespace Berth.Server.Events;

/// <summary>A publish until it ends: <c>stage</c> for each verdict (its id is the verdict's number), and <c>end</c> with the whole.</summary>
internal sealed class PublicationStream(string id, IPublications publications) : IResult
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var stream = new ServerSentEvents(httpContext);
        try
        {
            await RunAsync(httpContext, stream);
        }
        catch (OperationCanceledException) when (stream.Ended.IsCancellationRequested)
        {
            // The client is gone or the server stops. The publish goes on, and the client comes back.
        }
    }

    private async Task RunAsync(HttpContext context, ServerSentEvents stream)
    {
        await stream.StartAsync();
        var sent = int.TryParse(ServerSentEvents.LastEventId(context.Request), NumberStyles.None, CultureInfo.InvariantCulture, out var last) ? last : 0;
        for (var quiet = TimeSpan.Zero; ; quiet += Look)
        {
            var publication = await publications.FindAsync(id, stream.Ended);
            if (publication is null || !await stream.IsPermittedAsync())
            {
                await stream.CommentAsync("there is nothing more to see");
                return;
            }

            for (; sent < publication.Stages.Count; sent++, quiet = TimeSpan.Zero)
                await stream.EventAsync("stage", (sent + 1).ToString(CultureInfo.InvariantCulture), Json(publication.Stages[sent]));
            if (publication.HasEnded)
                await stream.EventAsync("end", "end", Json(PublicationShape.Of(context, publication)));
            else if (quiet >= ServerSentEvents.Heartbeat)
                await stream.HeartbeatAsync();
            await stream.FlushAsync();
            if (publication.HasEnded)
                return;
            if (quiet >= ServerSentEvents.Heartbeat)
                quiet = TimeSpan.Zero;
            await Task.Delay(Look, stream.Ended);
        }
    }

    private static string Json(object value) => JsonSerializer.Serialize(value, BerthJson.Options);
}
