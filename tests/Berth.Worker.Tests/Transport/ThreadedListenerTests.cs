using System.Buffers;
using System.Net.Sockets;
using System.Text;
using Berth.Worker.Transport;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;

namespace Berth.Worker.Tests.Transport;

public sealed class ThreadedListenerTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("berth-").FullName;
    private readonly ConnectionThreads _threads = new();
    private readonly CancellationTokenSource _soon = new(TimeSpan.FromMinutes(1));
    private readonly List<IAsyncDisposable> _accepted = [];
    private readonly List<Socket> _clients = [];
    private UnixDomainSocketEndPoint _address = null!;
    private ThreadedListener _listener = null!;

    public Task InitializeAsync()
    {
        _address = new UnixDomainSocketEndPoint(Path.Combine(_folder, "s"));
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(_address);
        socket.Listen();
        _listener = new ThreadedListener(_address, socket, _threads, MemoryPool<byte>.Shared, new SocketConnectionContextFactory(new SocketConnectionFactoryOptions(), NullLogger.Instance));
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        foreach (var client in _clients)
            client.Dispose();
        foreach (var connection in _accepted)
            await connection.DisposeAsync();
        await _listener.DisposeAsync();
        await NoThreadIsLeftAsync();
        _threads.Dispose();
        _soon.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task What_arrives_is_read_in_order_on_the_connections_own_thread()
    {
        var (client, connection) = await ConnectAsync();
        var thread = "";
        var reading = Task.Run(async () =>
        {
            var all = new StringBuilder();
            while (true)
            {
                var result = await connection.Transport.Input.ReadAsync();
                thread = Thread.CurrentThread.Name;
                all.Append(Encoding.UTF8.GetString(result.Buffer));
                connection.Transport.Input.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                    return all.ToString();
            }
        });
        for (var part = 0; part < 100; part++)
        {
            await client.SendAsync(Encoding.UTF8.GetBytes($"{part} "));
            if (part % 10 == 0)
                await Task.Delay(1);
        }

        client.Shutdown(SocketShutdown.Send);
        (await reading.WaitAsync(_soon.Token)).ShouldBe(string.Concat(Enumerable.Range(0, 100).Select(part => $"{part} ")));
        thread.ShouldBe("connection");
    }

    [Fact]
    public async Task What_is_sent_arrives_whole_at_a_client_that_reads_late()
    {
        var (client, connection) = await ConnectAsync();
        var bytes = new byte[5 << 20];
        new Random(7).NextBytes(bytes);
        var sending = Task.Run(async () =>
        {
            for (var at = 0; at < bytes.Length; at += 10_000)
                await connection.Transport.Output.WriteAsync(bytes.AsMemory(at, Math.Min(10_000, bytes.Length - at)));
        });
        await Task.WhenAny(sending, Task.Delay(50));
        sending.IsCompleted.ShouldBeFalse("a client that does not read holds whoever sends");

        var read = new byte[bytes.Length];
        await using var stream = new NetworkStream(client);
        await stream.ReadExactlyAsync(read, _soon.Token);
        await sending.WaitAsync(_soon.Token);
        (read.AsSpan().SequenceEqual(bytes)).ShouldBeTrue();
    }

    [Fact]
    public async Task The_end_of_a_client_closes_its_connection()
    {
        var (client, connection) = await ConnectAsync();
        client.Dispose();
        (await connection.Transport.Input.ReadAsync(_soon.Token)).IsCompleted.ShouldBeTrue();
        await ClosedAsync(connection);
    }

    [Fact]
    public async Task An_aborted_connection_ends_at_both_sides()
    {
        var (client, connection) = await ConnectAsync();
        connection.Abort(new ConnectionAbortedException());
        (await client.ReceiveAsync(new byte[1])).ShouldBe(0);
        await ClosedAsync(connection);
    }

    [Fact]
    public async Task A_client_that_goes_is_seen_while_the_thread_is_inside_of_the_plugins_code()
    {
        var (client, connection) = await ConnectAsync();
        var threaded = connection.ShouldBeOfType<ThreadedConnection>();
        using var mayGo = new ManualResetEventSlim();
        var holding = Task.Run(async () =>
        {
            await connection.Transport.Input.ReadAsync();
            // On the connection's thread from here on.
            threaded.Enter();
            mayGo.Wait(_soon.Token);
            threaded.Leave();
        });
        await client.SendAsync("x"u8.ToArray());
        while (!threaded.IsInside)
            await Task.Delay(1, _soon.Token);
        await Task.Delay(600);
        connection.ConnectionClosed.IsCancellationRequested.ShouldBeFalse("its client is there");

        client.Dispose();
        await ClosedAsync(connection);
        mayGo.Set();
        await holding.WaitAsync(_soon.Token);
    }

    [Fact]
    public async Task What_a_client_sends_ahead_is_no_sign_that_it_has_gone()
    {
        var (client, connection) = await ConnectAsync();
        await client.SendAsync("ahead"u8.ToArray());
        ((ThreadedConnection)connection).CloseIfGone();
        connection.ConnectionClosed.IsCancellationRequested.ShouldBeFalse();
        Encoding.UTF8.GetString((await connection.Transport.Input.ReadAsync(_soon.Token)).Buffer).ShouldBe("ahead");
    }

    [Fact]
    public async Task More_connections_than_there_are_threads_for_have_the_frameworks_transport()
    {
        _threads.Limit(16);
        var connections = new List<(Socket Client, ConnectionContext Connection)>();
        for (var i = 0; i < 4; i++)
            connections.Add(await ConnectAsync());
        connections.Select(one => one.Connection is ThreadedConnection).ShouldBe([true, true, false, false]);
        _threads.Count.ShouldBe(2);
        foreach (var (client, connection) in connections)
        {
            await client.SendAsync("hello"u8.ToArray());
            Encoding.UTF8.GetString((await connection.Transport.Input.ReadAsync(_soon.Token)).Buffer).ShouldBe("hello");
            await connection.Transport.Output.WriteAsync("world"u8.ToArray());
            var answer = new byte[5];
            (await client.ReceiveAsync(answer)).ShouldBe(5);
        }

        connections[0].Client.Dispose();
        await ClosedAsync(connections[0].Connection);
        while (_threads.Count > 1)
            await Task.Delay(1, _soon.Token);
        (await ConnectAsync()).Connection.ShouldBeOfType<ThreadedConnection>();
    }

    [Theory]
    [InlineData(null, 16)]
    [InlineData(129L, 16)]
    [InlineData(33L, 4)]
    [InlineData(7L, 0)]
    public async Task An_eighth_of_what_a_plugin_may_have_of_threads_reads_connections(long? processes, int threads)
    {
        _threads.Limit(processes);
        for (var i = 0; i < 20; i++)
            await ConnectAsync();
        _threads.Count.ShouldBe(threads);
    }

    [Fact]
    public async Task A_listener_that_is_unbound_accepts_nobody()
    {
        var accepting = _listener.AcceptAsync(_soon.Token);
        await _listener.UnbindAsync();
        (await accepting).ShouldBeNull();
    }

    private async Task<(Socket Client, ConnectionContext Connection)> ConnectAsync()
    {
        var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _clients.Add(client);
        await client.ConnectAsync(_address, _soon.Token);
        var connection = (await _listener.AcceptAsync(_soon.Token)).ShouldNotBeNull();
        _accepted.Add(connection);
        return (client, connection);
    }

    private async Task ClosedAsync(ConnectionContext connection)
    {
        while (!connection.ConnectionClosed.IsCancellationRequested)
            await Task.Delay(1, _soon.Token);
    }

    private async Task NoThreadIsLeftAsync()
    {
        while (_threads.Count > 0)
            await Task.Delay(1, _soon.Token);
    }
}
