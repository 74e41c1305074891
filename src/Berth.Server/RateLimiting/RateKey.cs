using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Berth.Server.RateLimiting;

/// <summary>Whom a request is counted for.</summary>
internal enum RateScope
{
    /// <summary>Not known.</summary>
    None,

    /// <summary>The token it came with.</summary>
    Token,

    /// <summary>The user: a browser's session, or the application that embeds Berth.</summary>
    User,

    /// <summary>The address of a caller whom nobody knows.</summary>
    Address,
}

/// <summary>
/// Whom a request is counted for, in 128 bits: the scope and the category in the first byte, then 120 bits of a digest, or
/// the address itself. Nobody can choose a token, a name or an address that is counted as somebody else.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RateKey(ulong High, ulong Low)
{
    private const ulong FirstByte = 0xFFUL << 56;

    /// <summary>Which kind of caller it is.</summary>
    public RateScope Scope => (RateScope)(High >> 62);

    /// <summary>A token by its digest as it is kept (<see cref="Auth.AccessToken.Hash"/>).</summary>
    public static RateKey OfToken(string hash) => Of(RateScope.Token, Convert.FromHexString(hash));

    /// <summary>A user by id.</summary>
    public static RateKey OfUser(string userId) => Of(RateScope.User, SHA256.HashData(Encoding.UTF8.GetBytes(userId)));

    /// <summary>An address; of version 6 the first 64 bits, because whoever has one address there has all of its network.</summary>
    public static RateKey OfAddress(IPAddress? address)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (address is { IsIPv4MappedToIPv6: true })
            address = address.MapToIPv4();
        if (address is null || !address.TryWriteBytes(bytes, out var length))
            return new RateKey((ulong)RateScope.Address << 62, 0);
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? new RateKey(((ulong)RateScope.Address << 62) | 6, BinaryPrimitives.ReadUInt64BigEndian(bytes))
            : new RateKey(((ulong)RateScope.Address << 62) | 4, BinaryPrimitives.ReadUInt32BigEndian(bytes[..length]));
    }

    /// <summary>The same caller in a category, and in the count of the second or of the window.</summary>
    public RateKey In(RateCategory category, bool isBurst) =>
        this with { High = High | ((ulong)category << 57) | (isBurst ? 1UL << 56 : 0) };

    private static RateKey Of(RateScope scope, ReadOnlySpan<byte> digest) =>
        new(((ulong)scope << 62) | (BinaryPrimitives.ReadUInt64BigEndian(digest) & ~FirstByte), BinaryPrimitives.ReadUInt64BigEndian(digest[8..]));
}
