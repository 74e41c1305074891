using System.Buffers.Binary;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Berth.Host.Isolation.Worker.Broker;

/// <summary>
/// Bounds the connections of one worker to the broker. Whoever connects has not said its secret yet, so the kernel is asked who it
/// is (unix(7), SO_PEERCRED): by its user where each worker has one of its own, otherwise by its process.
/// </summary>
internal sealed class BrokerPeers
{
    /// <summary>More than a worker's own client opens.</summary>
    public const int MostConnections = 256;

    private const int SocketLevel = 1;
    private const int PeerCredentials = 17;
    private const int CredentialsLength = 12;

    private readonly ConcurrentDictionary<(int User, int Process), int> _counts = new();

    /// <summary>A middleware of connections: breaks those off that are too many.</summary>
    public ConnectionDelegate Bound(ConnectionDelegate next) => async connection =>
    {
        var peer = PeerOf(connection);
        try
        {
            if (_counts.AddOrUpdate(peer, 1, static (_, count) => count + 1) <= MostConnections)
                await next(connection);
            else
                connection.Abort();
        }
        finally
        {
            // Taken away when it is the last: ids come and go.
            if (_counts.AddOrUpdate(peer, 0, static (_, count) => count - 1) == 0)
                _counts.TryRemove(KeyValuePair.Create(peer, 0));
        }
    };

    private static (int User, int Process) PeerOf(ConnectionContext connection)
    {
        if (!OperatingSystem.IsLinux() || connection.Features.Get<IConnectionSocketFeature>() is not { Socket: var socket })
            return default;
        Span<byte> credentials = stackalloc byte[CredentialsLength];
        socket.GetRawSocketOption(SocketLevel, PeerCredentials, credentials);
        var user = BinaryPrimitives.ReadInt32LittleEndian(credentials[4..]);
        return Environment.IsPrivilegedProcess && user != 0 ? (user, 0) : (user, BinaryPrimitives.ReadInt32LittleEndian(credentials));
    }
}
