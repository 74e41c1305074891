using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Berth.Events;
using Berth.Packaging.Manifest;
using Berth.Worker.Network;

namespace Berth.Host.Isolation.Network;

/// <summary>
/// The one way to the network for one instance, at every isolation level: judges the host, resolves its name once, judges the
/// addresses, connects to just those, and tells of it. Promise: nothing is connected to that was not judged.
/// </summary>
internal sealed class NetworkGate : IDisposable
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);

    private readonly PluginVersionId _id;
    private readonly NetworkGrant _grant;
    private readonly Func<IReadOnlySet<string>> _capabilities;
    private readonly NetworkOptions _options;
    private readonly Action<BerthEvent, string?> _raise;
    private readonly TimeProvider _time;
    private readonly RefusalTrail _refusals;
    private readonly Bandwidth _bandwidth;
    private readonly TokenBucketRateLimiter _starts;
    private readonly ConcurrentDictionary<GuardedConnection, byte> _connections = new();
    private readonly ITimer _timer;
    private int _count;
    private volatile bool _isClosed;

    public NetworkGate(
        PluginVersionId id, NetworkGrant grant, Func<IReadOnlySet<string>> capabilities, NetworkOptions options, Action<BerthEvent, string?> raise, TimeProvider time, Bandwidth bandwidth)
    {
        (_id, _grant, _capabilities, _options, _raise, _time, _bandwidth) = (id, grant, capabilities, options, raise, time, bandwidth);
        _refusals = new RefusalTrail(id, raise, time);
        _starts = new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
        {
            TokenLimit = options.ConnectionsPerMinute,
            TokensPerPeriod = Math.Max(1, options.ConnectionsPerMinute / 60),
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
        });
        _timer = time.CreateTimer(_ => Look(), null, LookInterval, LookInterval);
    }

    /// <summary>The bounds that a proxy of this gate keeps, too.</summary>
    public NetworkOptions Options => _options;

    /// <summary>Connections that are open or being made.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Connects to a host by its name or address.</summary>
    /// <exception cref="NetworkRefusedException">Not permitted, or not possible.</exception>
    public async ValueTask<GuardedConnection> ConnectAsync(string host, int port, NetworkCaller caller, CancellationToken cancellationToken)
    {
        host = Canonical(host);
        if (!HostPattern.IsHost(host))
            throw Refuse(caller, "", port, new NetworkRefusal(NetworkCodes.BadRequest, "What was asked for is neither a name nor an address in its usual spelling."));
        if ((caller.Refusal ?? JudgeBefore(host, port)) is { } refusal)
            throw Refuse(caller, host, port, refusal);
        if (Interlocked.Increment(ref _count) > _options.MostConnections || !_starts.AttemptAcquire().IsAcquired)
        {
            Interlocked.Decrement(ref _count);
            throw Refuse(caller, host, port, new NetworkRefusal(
                NetworkCodes.TooManyConnections, $"{_id} has {_options.MostConnections} connections open, or opened {_options.ConnectionsPerMinute} within a minute. Close them, or reuse them."));
        }

        GuardedConnection? connection = null;
        try
        {
            return connection = await OpenAsync(host, port, caller, cancellationToken);
        }
        finally
        {
            if (connection is null)
                Interlocked.Decrement(ref _count);
        }
    }

    /// <summary>Notes what a proxy refused before it knew where to.</summary>
    public void NoteRefused(string code, string reason, string? userId = null) => _refusals.Note("", 0, code, reason, userId);

    /// <summary>Ends what is idle, too old, or no longer permitted, and tells what has gathered.</summary>
    public void Look()
    {
        foreach (var connection in _connections.Keys)
        {
            if (_time.GetElapsedTime(connection.LastUsed) >= _options.IdleTime)
                connection.End("idle");
            else if (_time.GetElapsedTime(connection.OpenedAt) >= _options.TotalTime)
                connection.End("too_old");
            else if (JudgeBefore(connection.Host, connection.Port) is not null)
                connection.End("no_longer_granted");
        }

        _refusals.Flush();
    }

    /// <summary>Other bounds have come to hold: for what is sent and received from now on, also by connections that are open.</summary>
    public void Limit(long bytesPerSecond) => _bandwidth.Change(Math.Min(_options.BytesPerSecond, bytesPerSecond));

    public void Dispose()
    {
        _isClosed = true;
        _timer.Dispose();
        foreach (var connection in _connections.Keys)
            connection.End("instance_ended");
        _refusals.Flush(all: true);
        _starts.Dispose();
        _bandwidth.Dispose();
    }

    private static string Canonical(string host)
    {
        if (host.StartsWith('[') && host.EndsWith(']'))
            host = host[1..^1];
        return (host.EndsWith('.') ? host[..^1] : host).ToLowerInvariant();
    }

    private NetworkRefusal? JudgeBefore(string host, int port)
    {
        var capabilities = _capabilities();
        return capabilities.Contains(Capabilities.HttpClient) || capabilities.Contains(Capabilities.WebSocket)
            ? _grant.JudgeHost(host, port)
            : new NetworkRefusal(NetworkCodes.NotGranted, $"{_id} does not declare {Capabilities.HttpClient} in security.capabilities, or its trust level does not permit it.");
    }

    private async Task<GuardedConnection> OpenAsync(string host, int port, NetworkCaller caller, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_options.ConnectTime, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            var found = IPAddress.TryParse(host, out var literal) ? [literal] : await _options.Resolve(host, linked.Token);
            if (found.Length == 0)
                throw Refuse(caller, host, port, new NetworkRefusal(NetworkCodes.Unresolved, $"{host} has no address."));
            var (addresses, refusal) = _grant.JudgeAddresses(host, port, found);
            if (refusal is not null)
                throw Refuse(caller, host, port, refusal);
            return Keep(await DialAsync(addresses, port, linked.Token), host, port, caller);
        }
        catch (OperationCanceledException exception) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Refuse(caller, host, port, new NetworkRefusal(NetworkCodes.TimedOut, $"{host}:{port} did not answer within {_options.ConnectTime.TotalSeconds:0.#} s."), exception);
        }
        catch (SocketException exception)
        {
            var isName = exception.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery;
            throw Refuse(
                caller, host, port, isName ? new NetworkRefusal(NetworkCodes.Unresolved, $"{host} has no address.") : new NetworkRefusal(NetworkCodes.Unreachable, $"{host}:{port} cannot be reached."), exception);
        }
    }

    // To the very addresses that were judged: the name is not looked at again.
    private static async Task<Socket> DialAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private GuardedConnection Keep(Socket socket, string host, int port, NetworkCaller caller)
    {
        var connection = new GuardedConnection(socket, host, port, caller, _bandwidth, _time, Ended);
        _raise(new NetworkConnectionOpened(_id.Slug, _id.Version, host, port, Plain(connection.Address)), caller.UserId);
        _connections[connection] = 0;
        // Whoever closed the gate meanwhile did not see it.
        if (_isClosed)
            connection.End("instance_ended");
        return connection;
    }

    private void Ended(GuardedConnection connection)
    {
        _connections.TryRemove(connection, out _);
        Interlocked.Decrement(ref _count);
        _raise(new NetworkConnectionClosed(
            _id.Slug, _id.Version, connection.Host, connection.Port, Plain(connection.Address), connection.Sent, connection.Received,
            _time.GetElapsedTime(connection.OpenedAt).TotalMilliseconds, connection.Reason), connection.UserId);
    }

    private NetworkRefusedException Refuse(NetworkCaller caller, string host, int port, NetworkRefusal refusal, Exception? inner = null)
    {
        _refusals.Note(host, port, refusal.Code, refusal.Reason, caller.UserId);
        return new NetworkRefusedException(refusal.Code, NetworkCodes.IsDenial(refusal.Code), refusal.Reason, inner);
    }

    private static string Plain(IPAddress address) => (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
}
