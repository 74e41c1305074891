using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace Berth.Cli.Dev;

/// <summary>Pages that wait for the next version, as server-sent events.</summary>
internal sealed class DevStreams : IDisposable
{
    private readonly ConcurrentDictionary<HttpListenerResponse, byte> _open = new();

    /// <summary>Keeps a page's stream, and tells it at once which version is in force: it may have missed one.</summary>
    public async Task AddAsync(HttpListenerResponse response, string version)
    {
        response.ContentType = "text/event-stream; charset=utf-8";
        response.SendChunked = true;
        await WriteAsync(response, "version", version);
        _open[response] = 0;
    }

    /// <summary>Tells all of them.</summary>
    public void Send(string name, string data)
    {
        foreach (var response in _open.Keys)
            _ = SendAsync(response, name, data);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var response in _open.Keys)
            response.Abort();
        _open.Clear();
    }

    private async Task SendAsync(HttpListenerResponse response, string name, string data)
    {
        try
        {
            await WriteAsync(response, name, data);
        }
        catch (Exception exception) when (exception is HttpListenerException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The page was closed.
            _open.TryRemove(response, out _);
        }
    }

    private static async Task WriteAsync(HttpListenerResponse response, string name, string data)
    {
        await response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes($"event: {name}\ndata: {data}\n\n"));
        await response.OutputStream.FlushAsync();
    }
}
