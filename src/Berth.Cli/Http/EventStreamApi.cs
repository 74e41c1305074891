using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Berth.Cli.Http;

/// <summary>One event of a stream.</summary>
internal sealed record StreamedEvent(string Name, string? Id, JsonElement Data);

/// <summary>Event streams of the host: events, and the steps of an operation.</summary>
internal static class EventStreamApi
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Reads a stream until it ends.</summary>
    public static async IAsyncEnumerable<StreamedEvent> StreamAsync(
        this ApiConnection host, string path, string? lastId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await host.SendAsync(
            () =>
            {
                var request = host.Request(HttpMethod.Get, path);
                request.Headers.Accept.Clear();
                request.Headers.Accept.ParseAdd("text/event-stream");
                if (lastId is not null)
                {
                    request.Headers.Add("Last-Event-ID", lastId);
                }

                return request;
            },
            HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        var parser = SseParser.Create(await response.Content.ReadAsStreamAsync(cancellationToken));
        await foreach (var item in parser.EnumerateAsync(cancellationToken))
        {
            yield return new StreamedEvent(item.EventType, item.EventId ?? parser.LastEventId, JsonSerializer.Deserialize<JsonElement>(item.Data, WireJson.Options));
        }
    }

    /// <summary>Reads a stream for ever: what breaks or ends is opened again after the last event that came.</summary>
    public static async IAsyncEnumerable<StreamedEvent> FollowAsync(
        this ApiConnection host, string path, string? lastId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            await using var events = host.StreamAsync(path, lastId, cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (await MovesAsync(events, cancellationToken))
            {
                lastId = events.Current.Id ?? lastId;
                yield return events.Current;
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    private static async Task<bool> MovesAsync(IAsyncEnumerator<StreamedEvent> events, CancellationToken cancellationToken)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
