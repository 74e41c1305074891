using System.Net;
using System.Net.Sockets;

namespace Berth.Worker.Protocol;

/// <summary>How host and worker reach each other.</summary>
internal static class UnixSockets
{
    /// <summary>A handler that speaks HTTP over one Unix socket, and to nobody else.</summary>
    public static SocketsHttpHandler CreateHandler(string path) => CreateHandler(cancellationToken => ConnectAsync(path, cancellationToken));

    /// <summary>The same over sockets that somebody else connects.</summary>
    public static SocketsHttpHandler CreateHandler(Func<CancellationToken, Task<Socket>> connect) => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        ConnectCallback = async (_, cancellationToken) => new NetworkStream(await connect(cancellationToken), ownsSocket: true),
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
