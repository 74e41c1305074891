using System.Net;
using System.Net.Sockets;

namespace Berth.Worker.Protocol;

/// <summary>How host and worker reach each other.</summary>
internal static class UnixSockets
{
    /// <summary>A handler that speaks HTTP over one Unix socket, and to nobody else.</summary>
    public static SocketsHttpHandler CreateHandler(string path) => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        ConnectCallback = async (_, cancellationToken) => new NetworkStream(await ConnectAsync(path, cancellationToken), ownsSocket: true),
    };

    /// <summary>Connects. The socket is the caller's.</summary>
    /// <exception cref="SocketException">Nobody listens there, or this process may not connect.</exception>
    public static async Task<Socket> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
