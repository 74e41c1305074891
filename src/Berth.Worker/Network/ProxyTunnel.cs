using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Berth.Worker.Protocol;

namespace Berth.Worker.Network;

/// <summary>Asks the host's proxy for a tunnel: what is on the other side, TLS too, is between the plugin and whom it talks to.</summary>
internal static class ProxyTunnel
{
    private const string CodeHeader = "Berth-Network:";
    private const int MostHeadBytes = 8 * 1024;
    private const int MostReasonBytes = 4 * 1024;

    /// <summary>A stream to a host, through the proxy's Unix socket.</summary>
    /// <param name="proxy">The socket's path.</param>
    /// <param name="token">Names the worker.</param>
    /// <param name="call">The id of the call that it is for; <see langword="null"/>: for none, which is refused.</param>
    /// <param name="host">A name or an address.</param>
    /// <param name="port">The port.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="NetworkRefusedException">The proxy refuses, or the host cannot be reached; the message says which.</exception>
    public static async ValueTask<Stream> OpenAsync(string proxy, string token, string? call, string host, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(proxy), cancellationToken);
            var authority = string.Create(CultureInfo.InvariantCulture, $"{(host.Contains(':', StringComparison.Ordinal) && !host.StartsWith('[') ? $"[{host}]" : host)}:{port}");
            var request = $"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n{WorkerProtocol.TokenHeader}: {token}\r\n{(call is null ? "" : $"{WorkerProtocol.CallHeader}: {call}\r\n")}\r\n";
            await TrySendAsync(socket, Encoding.ASCII.GetBytes(request), cancellationToken);
            var head = await ReadHeadAsync(socket, cancellationToken);
            if (head.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal))
                return new NetworkStream(socket, ownsSocket: true);
            throw await RefusedAsync(socket, head, cancellationToken);
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw new NetworkRefusedException("network.unreachable", isDenial: false, "The host's proxy for outgoing connections does not answer.", exception);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task TrySendAsync(Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            while (bytes.Length > 0)
                bytes = bytes[await socket.SendAsync(bytes, cancellationToken)..];
        }
        catch (SocketException)
        {
            // A proxy that is full answers and closes before it has read; its answer is still there.
        }
    }

    // Byte by byte, once a connection: what comes behind the head is the other end's already.
    private static async Task<string> ReadHeadAsync(Socket socket, CancellationToken cancellationToken)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (head.Length < MostHeadBytes && await socket.ReceiveAsync(one, cancellationToken) == 1)
        {
            head.Append((char)one[0]);
            if (one[0] == '\n' && head.Length >= 4 && head[^3] == '\n')
                return head.ToString();
        }

        throw new NetworkRefusedException("network.unreachable", isDenial: false, "The host's proxy for outgoing connections broke off.");
    }

    private static async Task<NetworkRefusedException> RefusedAsync(Socket socket, string head, CancellationToken cancellationToken)
    {
        var body = new byte[MostReasonBytes];
        var length = 0;
        while (length < body.Length && await socket.ReceiveAsync(body.AsMemory(length), cancellationToken) is var read and > 0)
            length += read;
        var code = head.Split("\r\n").FirstOrDefault(line => line.StartsWith(CodeHeader, StringComparison.OrdinalIgnoreCase))?[CodeHeader.Length..].Trim() ?? "network.unreachable";
        var text = Encoding.UTF8.GetString(body, 0, length).Trim();
        var reason = text.StartsWith(code + ": ", StringComparison.Ordinal) ? text[(code.Length + 2)..] : text;
        return new NetworkRefusedException(code, head.StartsWith("HTTP/1.1 403 ", StringComparison.Ordinal), reason);
    }
}
