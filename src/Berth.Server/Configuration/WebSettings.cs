using System.Net;

namespace Berth.Server.Configuration;

/// <summary>Bounds of connections and requests of a server of our own, and whose word is taken for where a request comes from.</summary>
public sealed record WebSettings
{
    /// <summary>Reverse proxies whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are believed.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>How long after signing in a browser may administrate; <see langword="null"/> as long as the session lives.</summary>
    public TimeSpan? RecentSignIn { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Connections at once, of host and registry each.</summary>
    public int MaxConnections { get; init; } = 10_000;

    /// <summary>How long the head of a request may take.</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a connection may stand idle.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Bytes in a second that a body must come or be taken with, after <see cref="DataRateGrace"/>; 0 for no bound.</summary>
    public int MinDataRate { get; init; } = 240;

    /// <summary>How long a body may be slower.</summary>
    public TimeSpan DataRateGrace { get; init; } = TimeSpan.FromSeconds(5);
}
