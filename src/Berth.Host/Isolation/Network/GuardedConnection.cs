using System.Net;
using System.Net.Sockets;

namespace Berth.Host.Isolation.Network;

/// <summary>
/// One connection of a plugin's code to elsewhere: counts what goes through, within the instance's bandwidth. Promise: its
/// end is told exactly once, whoever ends it.
/// </summary>
internal sealed class GuardedConnection : Stream
{
    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly Bandwidth _bandwidth;
    private readonly TimeProvider _time;
    private readonly Action<GuardedConnection> _ended;
    private readonly NetworkCaller _caller;
    private readonly CancellationTokenSource _ending = new();
    private long _sent;
    private long _received;
    private long _lastUsed;
    private string? _reason;
    private int _isEnded;

    public GuardedConnection(Socket socket, string host, int port, NetworkCaller caller, Bandwidth bandwidth, TimeProvider time, Action<GuardedConnection> ended)
    {
        (_socket, Host, Port, _caller, _bandwidth, _time, _ended) = (socket, host, port, caller, bandwidth, time, ended);
        _stream = new NetworkStream(socket, ownsSocket: true);
        Address = ((IPEndPoint)socket.RemoteEndPoint!).Address;
        OpenedAt = _lastUsed = time.GetTimestamp();
    }

    public string Host { get; }

    public int Port { get; }

    /// <summary>What the name led to.</summary>
    public IPAddress Address { get; }

    /// <summary>In whose call it was opened, if that is known.</summary>
    public string? UserId => _caller.UserId;

    /// <summary>Cancelled when whoever sends has gone: then nothing waits any more for a call in which it could be sent.</summary>
    public CancellationToken SenderGone { get; set; }

    public long OpenedAt { get; }

    public long LastUsed => Volatile.Read(ref _lastUsed);

    public long Sent => Volatile.Read(ref _sent);

    public long Received => Volatile.Read(ref _received);

    /// <summary>Why it ended.</summary>
    public string Reason => Volatile.Read(ref _reason) ?? "closed";

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Ends it now; whoever reads or writes is told why.</summary>
    public void End(string reason)
    {
        Interlocked.CompareExchange(ref _reason, reason, null);
        Dispose();
    }

    /// <summary>Tells the other end that nothing more will be sent.</summary>
    public void EndSending()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It is gone already, which its reader sees.
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var read = await _stream.ReadAsync(buffer[..Math.Min(buffer.Length, _bandwidth.Most)], cancellationToken);
            if (read > 0)
            {
                Use(ref _received, read);
                await _bandwidth.ReceiveAsync(read, _ending.Token);
            }

            return read;
        }
        catch (Exception exception) when (IsEndOf(exception))
        {
            throw Ended(exception);
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            while (buffer.Length > 0)
            {
                var part = buffer[..Math.Min(buffer.Length, _bandwidth.Most)];
                await PermittedAsync();
                await _bandwidth.SendAsync(part.Length, _ending.Token);
                await _stream.WriteAsync(part, cancellationToken);
                Use(ref _sent, part.Length);
                buffer = buffer[part.Length..];
            }
        }
        catch (Exception exception) when (IsEndOf(exception))
        {
            throw Ended(exception);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _isEnded, 1) == 0)
        {
            _stream.Dispose();
            _ending.Cancel();
            _ended(this);
        }

        base.Dispose(disposing);
    }

    // Connections are pooled and outlive the call that they were opened in: what is sent waits for one whose user granted the network.
    private async ValueTask PermittedAsync()
    {
        if (_caller.Calls is not { MaySend: false } calls)
            return;
        using var given = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token, SenderGone);
        await calls.WaitAsync(given.Token);
    }

    private void Use(ref long counter, int bytes)
    {
        Interlocked.Add(ref counter, bytes);
        Volatile.Write(ref _lastUsed, _time.GetTimestamp());
    }

    private bool IsEndOf(Exception exception) =>
        Volatile.Read(ref _isEnded) == 1 && exception is IOException or ObjectDisposedException or OperationCanceledException or SocketException;

    private IOException Ended(Exception exception) => new($"The connection to {Host} has ended: {Reason}.", exception);
}
