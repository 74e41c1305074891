using System.Net;
using System.Net.Sockets;

namespace Berth.Host.Isolation.Network;

/// <summary>
/// Which addresses are of the public internet. One rule for every way out, of the server and of plugins. An address is judged
/// as what it leads to: forms of version 6 that carry one of version 4 are never public, whatever they carry, but for the
/// mapped one, which sockets take for version 4 itself.
/// </summary>
public static class PublicAddresses
{
    // What is no single host of the public internet (the registries of RFC 6890 and its updates), and the address at which a
    // cloud's own agent answers everywhere (168.63.129.16); the other clouds' metadata lies in link-local and private ranges.
    private static readonly IPNetwork[] Special4 =
    [
        Of("0.0.0.0/8"), Of("10.0.0.0/8"), Of("100.64.0.0/10"), Of("127.0.0.0/8"), Of("168.63.129.16/32"), Of("169.254.0.0/16"), Of("172.16.0.0/12"), Of("192.0.0.0/24"),
        Of("192.0.2.0/24"), Of("192.88.99.0/24"), Of("192.168.0.0/16"), Of("198.18.0.0/15"), Of("198.51.100.0/24"), Of("203.0.113.0/24"), Of("224.0.0.0/3"),
    ];

    // Only 2000::/3 is routed, which leaves out loopback, link-local, unique local, multicast, the well-known NAT64 prefixes and
    // addresses compatible with version 4. What lies in it and carries addresses of version 4 (Teredo, 6to4), or is for
    // documentation, is not.
    private static readonly IPNetwork Routed6 = Of("2000::/3");
    private static readonly IPNetwork[] Special6 = [Of("2001::/23"), Of("2001:db8::/32"), Of("2002::/16"), Of("3fff::/20")];

    /// <summary>Whether the address is one host of the public internet.</summary>
    public static bool Contain(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetwork
            ? !Special4.Any(network => network.Contains(address))
            : Routed6.Contains(address) && !Special6.Any(network => network.Contains(address)) && !IsIsatap(address);
    }

    // RFC 5214: the last 64 bits carry an address of version 4, in whatever prefix.
    private static bool IsIsatap(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        return address.TryWriteBytes(bytes, out _) && bytes[8] is 0 or 2 && bytes[9] == 0 && bytes[10] == 0x5e && bytes[11] == 0xfe;
    }

    private static IPNetwork Of(string text) => IPNetwork.Parse(text);
}
