using System.Net;
using System.Net.Sockets;

namespace Berth.Server.RateLimiting;

/// <summary>Whom an override is for, as it is kept: a user's id, an organisation's name, <c>token:ID</c> or <c>address:NETWORK</c>.</summary>
public static class LimitSubject
{
    /// <summary>What a single token's begins with.</summary>
    public const string TokenPrefix = "token:";

    /// <summary>What a network's begins with.</summary>
    public const string AddressPrefix = "address:";

    private const int MostBits4 = 32;

    // Callers of version 6 are counted by their first 64 bits.
    private const int MostBits6 = 64;

    /// <summary><c>user</c>, <c>token</c> or <c>address</c>; an organisation counts as a user here.</summary>
    public static string KindOf(string subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        return subject.StartsWith(TokenPrefix, StringComparison.Ordinal) ? "token" : subject.StartsWith(AddressPrefix, StringComparison.Ordinal) ? "address" : "user";
    }

    /// <summary>What comes behind <c>token:</c> or <c>address:</c>.</summary>
    public static string ValueOf(string subject) => KindOf(subject) == "user" ? subject : subject[(subject.IndexOf(':', StringComparison.Ordinal) + 1)..];

    /// <summary>The network that a text names, as requests are counted: an address of version 6 alone is its /64, and no network there is smaller.</summary>
    public static IPNetwork? NetworkOf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!IPAddress.TryParse(slash < 0 ? text : text[..slash], out var address) || address.ScopeIdOrNone() != 0)
            return null;
        if (address.IsIPv4MappedToIPv6)
            return slash < 0 ? NetworkOf(address.MapToIPv4().ToString()) : null;
        var most = address.AddressFamily == AddressFamily.InterNetworkV6 ? MostBits6 : MostBits4;
        if (slash < 0)
            return new IPNetwork(Masked(address, most), most);
        // Bits behind the prefix are a slip of the pen: nobody knows which of the two was meant.
        return IPNetwork.TryParse(text, out var network) && network.PrefixLength <= most && network.BaseAddress.Equals(address) ? network : null;
    }

    /// <summary>The subject of a network.</summary>
    public static string OfNetwork(IPNetwork network) => $"{AddressPrefix}{network}";

    private static IPAddress Masked(IPAddress address, int bits)
    {
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(bits / 8).Clear();
        return new IPAddress(bytes);
    }

    private static long ScopeIdOrNone(this IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? address.ScopeId : 0;
}
