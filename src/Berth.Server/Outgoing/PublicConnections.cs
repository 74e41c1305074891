using System.Net;
using System.Net.Sockets;
using Berth.Host.Isolation.Network;

namespace Berth.Server.Outgoing;

/// <summary>
/// The way out of the server: connects to public addresses only, because a name that a stranger controls must not lead into
/// the network the server stands in. Looked at after the name was resolved and connected to just that address, so that no
/// second answer can differ. Every client goes through it, or stands with its reason in docs/web-protection.md.
/// </summary>
internal static class PublicConnections
{
    /// <summary>A handler that follows no redirect by itself and keeps no cookie.</summary>
    /// <param name="isChosen">Whether the operator chose this very address, so that it may be of any network.</param>
    /// <param name="resolve">How names are resolved; the system's way when absent.</param>
    public static SocketsHttpHandler Handler(
        Func<SocketsHttpConnectionContext, bool> isChosen, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null) => new()
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectCallback = (context, cancellationToken) => ConnectAsync(context.DnsEndPoint, isChosen(context), resolve ?? Dns.GetHostAddressesAsync, cancellationToken),
        };

    /// <summary>Whether the address belongs to the public internet.</summary>
    public static bool IsPublic(IPAddress address) => PublicAddresses.Contain(address);

    private static async ValueTask<Stream> ConnectAsync(
        DnsEndPoint end, bool isChosen, Func<string, CancellationToken, Task<IPAddress[]>> resolve, CancellationToken cancellationToken)
    {
        var addresses = await resolve(end.Host, cancellationToken);
        var permitted = isChosen ? addresses : [.. addresses.Where(IsPublic)];
        if (permitted.Length == 0)
            throw new AddressRefusedException($"{end.Host} is no public address.");

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(permitted, end.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
