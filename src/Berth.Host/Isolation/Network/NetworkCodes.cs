namespace Berth.Host.Isolation.Network;

/// <summary>Why a connection was refused or failed. Stable; docs/network-capability.md explains them.</summary>
internal static class NetworkCodes
{
    /// <summary>No capability in force needs the network: for the version, or for the user of the call.</summary>
    public const string NotGranted = "network.not_granted";

    /// <summary>No call in progress was named: there is no user whose network it would be.</summary>
    public const string NoCall = "network.no_call";

    /// <summary>The manifest names hosts, and this is none of them.</summary>
    public const string HostNotDeclared = "network.host_not_declared";

    /// <summary>Not one of the ports of the grant.</summary>
    public const string PortNotGranted = "network.port_not_granted";

    /// <summary>The administrator forbids it.</summary>
    public const string HostDenied = "network.host_denied";

    /// <summary>Every address of it is private, loopback or otherwise not of the public internet.</summary>
    public const string AddressNotPublic = "network.address_not_public";

    /// <summary>Too many at once or in a minute.</summary>
    public const string TooManyConnections = "network.too_many_connections";

    /// <summary>The request to the proxy cannot be read.</summary>
    public const string BadRequest = "network.bad_request";

    /// <summary>The name has no address.</summary>
    public const string Unresolved = "network.unresolved";

    /// <summary>Nothing answers there.</summary>
    public const string Unreachable = "network.unreachable";

    /// <summary>It took too long.</summary>
    public const string TimedOut = "network.timed_out";

    /// <summary>Whether it is a matter of what may be reached, and not of what can be.</summary>
    public static bool IsDenial(string code) => code is NotGranted or NoCall or HostNotDeclared or PortNotGranted or HostDenied or AddressNotPublic;
}
