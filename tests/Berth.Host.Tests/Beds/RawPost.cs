using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Berth.Host.Tests.Beds;

/// <summary>A POST over HTTP/1.1 by hand: the framework's client reads no answer before it has sent its request.</summary>
internal sealed class RawPost : IDisposable
{
    private readonly TcpClient _client = new();
    private readonly StreamReader _reader;

    private RawPost(Uri host)
    {
        _client.Connect(host.Host, host.Port);
        _reader = new StreamReader(_client.GetStream(), Encoding.Latin1);
    }

    /// <summary>Sends the head of a request whose length is not known.</summary>
    public static async Task<RawPost> StartAsync(Uri host, string path, CancellationToken cancellation)
    {
        var post = new RawPost(host);
        await post.WriteAsync($"POST {path} HTTP/1.1\r\nHost: {host.Authority}\r\nBerth-Test-User: {PluginBed.UserId}\r\nTransfer-Encoding: chunked\r\n\r\n", cancellation);
        return post;
    }

    public Task SendAsync(string text, CancellationToken cancellation) => WriteAsync($"{text.Length:x}\r\n{text}\r\n", cancellation);

    public Task EndAsync(CancellationToken cancellation) => WriteAsync("0\r\n\r\n", cancellation);

    /// <summary>The status line, after which the headers are passed over.</summary>
    public async Task<string> ReadHeadAsync(CancellationToken cancellation)
    {
        var status = await _reader.ReadLineAsync(cancellation) ?? "";
        while (await _reader.ReadLineAsync(cancellation) is { Length: > 0 })
        {
        }

        return status;
    }

    /// <summary>One piece of the answer; empty at its end.</summary>
    public async Task<string> ReadAsync(CancellationToken cancellation)
    {
        var length = int.Parse(await _reader.ReadLineAsync(cancellation) ?? "0", NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var piece = new char[length];
        for (var read = 0; read < length;)
            read += await _reader.ReadAsync(piece.AsMemory(read), cancellation);
        await _reader.ReadLineAsync(cancellation);
        return new string(piece);
    }

    public void Dispose()
    {
        _reader.Dispose();
        _client.Dispose();
    }

    private async Task WriteAsync(string text, CancellationToken cancellation) => await _client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(text), cancellation);
}
