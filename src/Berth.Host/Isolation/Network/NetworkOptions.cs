using System.Net;

namespace Berth.Host.Isolation.Network;

/// <summary>How plugins reach the network: the administrator's rules and the bounds of one instance.</summary>
public sealed record NetworkOptions
{
    /// <summary>The administrator's rules; none by default: what manifests name of the public internet.</summary>
    public IReadOnlyList<NetworkRule> Rules { get; init; } = [];

    /// <summary>Connections of one instance at once. Default 64.</summary>
    public int MostConnections { get; init; } = 64;

    /// <summary>New connections of one instance in a minute. Default 600.</summary>
    public int ConnectionsPerMinute { get; init; } = 600;

    /// <summary>Bytes a second of one instance in each direction; a manifest may ask for less. Default 10 MiB.</summary>
    public long BytesPerSecond { get; init; } = 10L << 20;

    /// <summary>Longest time to resolve a name and connect. Default 10 seconds.</summary>
    public TimeSpan ConnectTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest time in which a worker says where it wants to go. Default 10 seconds.</summary>
    public TimeSpan HeadTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest time without a byte in either direction. Default 5 minutes.</summary>
    public TimeSpan IdleTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Longest life of a connection. Default 1 hour.</summary>
    public TimeSpan TotalTime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How names are resolved; for tests that need to say it. Default: the system's way.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Dns.GetHostAddressesAsync;
}
