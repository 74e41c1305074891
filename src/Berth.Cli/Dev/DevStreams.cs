using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Threading.Channels;

namespace Berth.Cli.Dev;

/// <summary>Pages that wait for the next version, as server-sent events.</summary>
internal sealed class DevStreams : IDisposable
{
    private readonly ConcurrentDictionary<HttpListenerResponse, ChannelWriter<string>> _open = new();

    /// <summary>Keeps a page's stream until the page is closed, and tells it at once which version is in force: it may have missed one.</summary>
    /// <param name="response">Of the page.</param>
    /// <param name="version">The version in force. It is asked once the stream hears of every swap, so that none falls between.</param>
    public async Task AddAsync(HttpListenerResponse response, Func<string> version)
    {
        response.ContentType = "text/event-stream; charset=utf-8";
        response.SendChunked = true;
        var events = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });
        _open[response] = events.Writer;
        try
        {
            await WriteAsync(response, Event("version", version()));
            await foreach (var next in events.Reader.ReadAllAsync())
                await WriteAsync(response, next);
        }
        finally
        {
            // The page was closed, or the session is over.
            _open.TryRemove(response, out _);
        }
    }

    /// <summary>Tells all of them.</summary>
    public void Send(string name, string data)
    {
        foreach (var events in _open.Values)
            events.TryWrite(Event(name, data));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var (response, events) in _open)
        {
            events.TryComplete();
            response.Abort();
        }
    }

    private static string Event(string name, string data) => $"event: {name}\ndata: {data}\n\n";

    private static async Task WriteAsync(HttpListenerResponse response, string text)
    {
        await response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(text));
        await response.OutputStream.FlushAsync();
    }
}
