using System.Globalization;
using System.Text.Json;
using Berth.Lifecycle.Events;

namespace Berth.Server.Events;

/// <summary>
/// One reader of events: what it missed, in pages, then what comes. Never the same twice, never one left out; what cannot
/// be had any more is told as an event <c>gap</c>.
/// </summary>
internal sealed class EventStream(ServerSentEvents stream, IEvents events, EventFilter filter, TimeProvider time)
{
    /// <summary>How soon a stream ends after its token was revoked, when nothing happens.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    private long _sent;

    public async Task RunAsync(long? after)
    {
        using var subscription = events.Subscribe(filter);
        await stream.StartAsync();
        var begin = await subscription.Started.WaitAsync(stream.Ended);
        _sent = after ?? begin;
        if (after is not null && !await CatchUpAsync(begin))
            return;

        Task<bool>? coming = null;
        var beat = time.GetTimestamp();
        while (true)
        {
            // Read before the events: all that is up to here has been put into the channel, which is emptied next.
            var position = subscription.Position;
            while (subscription.Live.TryRead(out var published))
            {
                if (published.Sequence > _sent && !await SendAsync(published))
                    return;
            }

            _sent = Math.Max(_sent, subscription.IsOverrun ? _sent : position);
            await stream.FlushAsync();
            if (subscription.IsOverrun)
            {
                await stream.CommentAsync("too slow: resume with Last-Event-ID");
                return;
            }

            if (time.GetElapsedTime(beat) >= ServerSentEvents.Heartbeat)
            {
                beat = time.GetTimestamp();
                await stream.HeartbeatAsync(_sent);
                await stream.FlushAsync();
            }

            coming ??= subscription.Live.WaitToReadAsync(stream.Ended).AsTask();
            if (await Task.WhenAny(coming, Task.Delay(Look, time, stream.Ended)) == coming)
                coming = null;
            stream.Ended.ThrowIfCancellationRequested();
            if (!await stream.IsPermittedAsync())
            {
                await EndAsync();
                return;
            }
        }
    }

    private async Task<bool> CatchUpAsync(long upTo)
    {
        if (await events.FindGapAsync(_sent, stream.Ended) is { } gap)
        {
            _sent = gap.ContinuesAfter;
            await stream.EventAsync("gap", Text(_sent), JsonSerializer.Serialize(new { gap.Requested, gap.ContinuesAfter }, BerthJson.Options));
        }

        while (_sent < upTo)
        {
            var page = await events.PageAsync(filter, _sent, upTo, stream.Ended);
            foreach (var published in page.Events)
            {
                if (!await SendAsync(published))
                    return false;
            }

            _sent = page.ReadTo;
            await stream.FlushAsync();
        }

        return true;
    }

    private async Task<bool> SendAsync(PublishedEvent published)
    {
        if (!await stream.IsPermittedAsync())
        {
            await EndAsync();
            return false;
        }

        // Without a name, so that a browser's onmessage gets all types.
        await stream.EventAsync(null, Text(published.Sequence), CloudEvent.Json(published));
        _sent = published.Sequence;
        return true;
    }

    private Task EndAsync() => stream.CommentAsync("the token is no longer in force");

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
