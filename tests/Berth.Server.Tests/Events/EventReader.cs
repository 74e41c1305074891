using System.Net.ServerSentEvents;

namespace Berth.Server.Tests.Events;

/// <summary>Reads an event stream as a client does, one event at a time, with a deadline.</summary>
public sealed class EventReader : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly CancellationTokenSource _over = new(TimeSpan.FromMinutes(2));
    private readonly IAsyncEnumerator<SseItem<string>> _items;
    private readonly SseParser<string> _parser;

    private EventReader(HttpResponseMessage response, Stream body)
    {
        _response = response;
        _parser = SseParser.Create(body);
        _items = _parser.EnumerateAsync(_over.Token).GetAsyncEnumerator();
    }

    public string? LastId => _parser.LastEventId;

    public static async Task<EventReader> OpenAsync(HttpClient client, string address, string? lastId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (lastId is not null)
            request.Headers.Add("Last-Event-ID", lastId);
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        return new EventReader(response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>The next event, or <see langword="null"/> at the end of the stream.</summary>
    public async Task<(string Name, JsonElement Data)?> NextAsync() =>
        await _items.MoveNextAsync() ? (_items.Current.EventType, JsonSerializer.Deserialize<JsonElement>(_items.Current.Data)) : null;

    public async Task<JsonElement> DataAsync() => (await NextAsync()).ShouldNotBeNull().Data;

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        try
        {
            await _items.DisposeAsync();
        }
        catch (OperationCanceledException)
        {
            // The stream was open.
        }

        _response.Dispose();
        _over.Dispose();
    }
}
