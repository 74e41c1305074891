using System.Net.Sockets;
using Berth.Host.Isolation.Worker;
using Berth.Worker.Protocol;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;

namespace Berth.Host.Isolation.Network;

/// <summary>
/// The way out of one worker: an HTTP proxy on a Unix socket. <c>CONNECT</c> makes a tunnel, in which TLS ends in the worker;
/// plain requests in absolute form are forwarded one by one. Everything goes through the instance's gate.
/// </summary>
internal sealed class NetworkProxy : IDisposable, IAsyncDisposable
{
    private const int Backlog = 128;

    private readonly NetworkGate _gate;
    private readonly NetworkCalls _calls;
    private readonly PlainForwarding? _plain;
    private readonly Socket _listener;
    private readonly SocketConnectionContextFactory _connections;
    private readonly CancellationTokenSource _ending = new();
    private readonly TimeProvider _time;
    private readonly HashSet<Task> _served = [];
    private Task _accepting = Task.CompletedTask;
    private volatile string? _token;
    private Task? _ended;
    private int _open;

    private NetworkProxy(NetworkGate gate, NetworkCalls calls, Socket listener, string path, PlainForwarding? plain, TimeProvider time)
    {
        (_gate, _calls, _listener, Path, _plain, _time) = (gate, calls, listener, path, plain, time);
        _connections = new SocketConnectionContextFactory(new SocketConnectionFactoryOptions(), NullLogger.Instance);
    }

    /// <summary>Where it listens.</summary>
    public string Path { get; }

    /// <summary>
    /// Listens at a path that does not exist yet. Before: nothing is reachable. After: the host's own user alone may connect, until
    /// <see cref="Admit"/> gives the socket to the worker; who shows its token then, and a call that runs, reaches what the gate permits.
    /// </summary>
    /// <param name="gate">The instance's gate; ends with the proxy.</param>
    /// <param name="calls">The calls that run in the worker.</param>
    /// <param name="path">At most 107 bytes.</param>
    /// <param name="plain">Forwards plain requests; without it only tunnels are made.</param>
    /// <param name="time">The clock.</param>
    public static NetworkProxy Listen(NetworkGate gate, NetworkCalls calls, string path, PlainForwarding? plain, TimeProvider time)
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            listener.Bind(new UnixDomainSocketEndPoint(path));
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            listener.Listen(Backlog);
        }
        catch
        {
            listener.Dispose();
            throw;
        }

        var proxy = new NetworkProxy(gate, calls, listener, path, plain, time);
        proxy._accepting = proxy.AcceptAsync();
        return proxy;
    }

    /// <summary>From now on, connections that show this secret are served (<c>WorkerHello.Token</c>).</summary>
    /// <param name="token">The worker's secret.</param>
    /// <param name="userId">The worker's user, where it is another than the host's: the socket is given to it, and no other can connect.</param>
    /// <exception cref="WorkerStartException">The socket cannot be given to the user.</exception>
    public void Admit(string token, int? userId)
    {
        if (userId is { } user && UnixOwner.Change(Path, user, user) is { } problem)
            throw new WorkerStartException($"the socket of its way out cannot be given to its user {user}: {problem}");
        _token = token;
    }

    /// <summary>Begins to end; nothing is let through any more.</summary>
    public void Dispose() => _ = DisposeAsync().AsTask();

    /// <summary>Ends every connection and takes the socket away.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_served)
            _ended ??= EndAsync();
        await _ended;
    }

    private async Task EndAsync()
    {
        // The gate first: it tells of each connection that it ends why.
        _gate.Dispose();
        await _ending.CancelAsync();
        _listener.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Task[] served;
        lock (_served)
            served = [.. _served];
        await Task.WhenAll(served).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _connections.Dispose();
        File.Delete(Path);
    }

    private async Task AcceptAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptAsync(_ending.Token);
                var served = ServeAsync(socket, Interlocked.Increment(ref _open));
                lock (_served)
                    _served.Add(served);
                _ = served.ContinueWith(Forget, TaskScheduler.Default);
            }
            catch (Exception exception) when (exception is SocketException && !_ending.IsCancellationRequested)
            {
                // One that went away before it was taken.
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    private void Forget(Task served)
    {
        Interlocked.Decrement(ref _open);
        lock (_served)
            _served.Remove(served);
    }

    // Whatever a worker sends, or however it goes away, it is this one connection that ends.
    private async Task ServeAsync(Socket socket, int open)
    {
        await using var connection = _connections.Create(socket);
        // Ends whoever waits on this connection, when the proxy does.
        await using var ending = _ending.Token.UnsafeRegister(static state => ((ConnectionContext)state!).Abort(), connection);
        try
        {
            if (open > _gate.Options.MostConnections)
            {
                const string Reason = "Too many connections to the proxy are open.";
                _gate.NoteRefused(NetworkCodes.TooManyConnections, Reason);
                await ProxyAnswer.RefuseAsync(connection.Transport.Output, NetworkCodes.TooManyConnections, Reason);
                return;
            }

            await ServeAsync(connection);
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException or ConnectionAbortedException)
        {
            connection.Abort();
        }
    }

    private async Task ServeAsync(ConnectionContext connection)
    {
        var head = await HeadAsync(connection);
        if (head is null)
            return;
        if (head.Length == 0)
        {
            await _plain!.ServeAsync(connection, _gate, _calls, () => _token);
            return;
        }

        if (ConnectRequest.Parse(head, WorkerProtocol.TokenHeader, WorkerProtocol.CallHeader) is not { } request)
        {
            await RefuseAsync(connection, "This is no request for a tunnel: CONNECT HOST:PORT HTTP/1.1, without a body.");
            return;
        }

        if (!SameToken(request.Token, _token))
        {
            _gate.NoteRefused(NetworkCodes.BadRequest, "The worker's token is missing.");
            await ProxyAnswer.RefuseAsync(connection.Transport.Output, 407, NetworkCodes.BadRequest, $"The worker's token is missing ({WorkerProtocol.TokenHeader}).");
            return;
        }

        await Tunnel.RunAsync(connection, _gate, request, _calls.Judge(request.Call), _ending.Token);
    }

    // The head of a CONNECT; empty when it is a plain request, nothing of which is taken; null when there is nothing to serve.
    private async Task<byte[]?> HeadAsync(ConnectionContext connection)
    {
        using var limit = new CancellationTokenSource(_gate.Options.HeadTime, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _ending.Token);
        try
        {
            var (head, isPlain, isEnd) = await ProxyHead.ReadAsync(connection.Transport.Input, linked.Token);
            if (isEnd)
                return null;
            if (head is null || (isPlain && _plain is null))
            {
                await RefuseAsync(connection, isPlain ? "This proxy makes tunnels only: use CONNECT." : "The head of the request is too long.");
                return null;
            }

            return head;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            const string Reason = "The head of the request took too long.";
            _gate.NoteRefused(NetworkCodes.TimedOut, Reason);
            await ProxyAnswer.RefuseAsync(connection.Transport.Output, 408, NetworkCodes.TimedOut, Reason);
            return null;
        }
    }

    private async Task RefuseAsync(ConnectionContext connection, string reason)
    {
        _gate.NoteRefused(NetworkCodes.BadRequest, reason);
        await ProxyAnswer.RefuseAsync(connection.Transport.Output, NetworkCodes.BadRequest, reason);
    }

    /// <summary>Compares in a time that tells nothing.</summary>
    internal static bool SameToken(string? shown, string? token) => shown is not null && token is not null
        && System.Security.Cryptography.CryptographicOperations.FixedTimeEquals(System.Text.Encoding.UTF8.GetBytes(shown), System.Text.Encoding.UTF8.GetBytes(token));
}
