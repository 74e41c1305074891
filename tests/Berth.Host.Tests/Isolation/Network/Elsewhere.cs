using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Berth.Host.Tests.Isolation.Network;

/// <summary>A server somewhere: takes connections on this machine and says what it is told to.</summary>
internal sealed class Elsewhere : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _accepting;

    private Elsewhere(Func<NetworkStream, Task> serve)
    {
        _listener.Start();
        _accepting = AcceptAsync(serve);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many connections came.</summary>
    public int Count { get; private set; }

    /// <summary>Heads of requests that came, to what answers them.</summary>
    public ConcurrentQueue<string> Heads { get; } = new();

    public static Elsewhere Serving(Func<NetworkStream, Task> serve) => new(serve);

    /// <summary>Answers one HTTP request a connection, with the bytes it is told.</summary>
    public static Elsewhere Answering(string answer)
    {
        Elsewhere? elsewhere = null;
        return elsewhere = new Elsewhere(async stream =>
        {
            var head = new StringBuilder();
            var one = new byte[1];
            while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one) == 1)
                head.Append((char)one[0]);
            elsewhere!.Heads.Enqueue(head.ToString());
            await stream.WriteAsync(Encoding.Latin1.GetBytes(answer));
            // Who closes on what it has not read takes its answer back.
            stream.Socket.Shutdown(SocketShutdown.Send);
            await stream.CopyToAsync(Stream.Null);
        });
    }

    public static Elsewhere Greeting(string body = "hello") => Answering($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}");

    /// <summary>Sends back what comes.</summary>
    public static Elsewhere Echoing() => new(stream => stream.CopyToAsync(stream));

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Stop();
        await _accepting;
        _ending.Dispose();
    }

    private async Task AcceptAsync(Func<NetworkStream, Task> serve)
    {
        while (true)
        {
            try
            {
                var client = await _listener.AcceptTcpClientAsync(_ending.Token);
                Count++;
                _ = ServeAsync(client, serve);
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private static async Task ServeAsync(TcpClient client, Func<NetworkStream, Task> serve)
    {
        using (client)
        {
            try
            {
                await serve(client.GetStream());
            }
            catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
            {
                // The other end went away.
            }
        }
    }
}
