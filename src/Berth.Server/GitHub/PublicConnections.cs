using System.Net;
using System.Net.Sockets;

namespace Berth.Server.GitHub;

/// <summary>
/// Connects to public addresses only: a name that a stranger controls must not lead into the network the server stands
/// in. Looked at after the name was resolved and connected to just that address, so that no second answer can differ.
/// </summary>
internal static class PublicConnections
{
    /// <summary>A handler that follows no redirect by itself and keeps no cookie.</summary>
    public static SocketsHttpHandler Handler(GitHubOptions options) => Handler(context =>
    {
        var asked = context.InitialRequestMessage.RequestUri;
        // An operator's own choice: another API than the public one, or a proxy in the way.
        return (options.Api != GitHubOptions.PublicApi && asked is not null && options.IsApi(asked))
            || (asked is not null && !asked.Host.Equals(context.DnsEndPoint.Host, StringComparison.OrdinalIgnoreCase));
    });

    /// <summary>The same with another rule for what the operator chose, where any address may be connected to.</summary>
    public static SocketsHttpHandler Handler(Func<SocketsHttpConnectionContext, bool> isChosen) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectCallback = (context, cancellationToken) => ConnectAsync(context.DnsEndPoint, isChosen(context), cancellationToken),
    };

    /// <summary>Whether the address belongs to the public internet.</summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (IPAddress.IsLoopback(address))
            return false;
        var bytes = address.GetAddressBytes();
        return address.AddressFamily == AddressFamily.InterNetwork
            ? !(bytes[0] is 0 or 10 or 127 or >= 224
                || (bytes[0] == 100 && bytes[1] is >= 64 and < 128)
                || (bytes[0] == 169 && bytes[1] == 254)
                || (bytes[0] == 172 && bytes[1] is >= 16 and < 32)
                || (bytes[0] == 192 && bytes[1] == 168)
                || (bytes[0] == 192 && bytes[1] == 0 && bytes[2] is 0 or 2)
                || (bytes[0] == 198 && bytes[1] is 18 or 19))
            // 2000::/3 is what is routed; the transition ranges in it carry addresses of version 4.
            : (bytes[0] & 0xe0) == 0x20 && !(bytes[0] == 0x20 && bytes[1] == 0x02) && !(bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0 && bytes[3] == 0);
    }

    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint end, bool isChosen, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(end.Host, cancellationToken);
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
