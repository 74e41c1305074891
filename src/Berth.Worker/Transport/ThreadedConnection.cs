using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;

namespace Berth.Worker.Transport;

/// <summary>
/// A connection that a thread of its own reads: what arrives runs on that thread, up to the first thing that it has to wait for.
/// What is sent goes out at once, on the thread that sends.
/// </summary>
internal sealed class ThreadedConnection : DefaultConnectionContext
{
    // As Kestrel has them: what a request may be ahead of its reader, and an answer ahead of the socket.
    private const int MostUnread = 1 << 20;
    private const int MostUnsent = 64 * 1024;
    private const int LeastRead = 2048;

    private readonly Socket _socket;
    private readonly ConnectionThreads _threads;
    private readonly Pipe _received;
    private readonly Pipe _toSend;
    private readonly CancellationTokenSource _closed = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _sending = Task.CompletedTask;
    private int _isClosed;
    private bool _isInside;

    /// <summary>Takes the socket over, unless <see cref="TryStart"/> says no.</summary>
    public ThreadedConnection(Socket socket, ConnectionThreads threads, MemoryPool<byte> memory)
    {
        _socket = socket;
        _threads = threads;
        _received = new Pipe(Options(memory, MostUnread));
        _toSend = new Pipe(Options(memory, MostUnsent));
        Transport = new Ends(_received.Reader, _toSend.Writer);
        ConnectionClosed = _closed.Token;
        Features.Set(this);
    }

    /// <summary>Whether the thread is inside of the plugin's code, and does not read.</summary>
    public bool IsInside => Volatile.Read(ref _isInside);

    /// <summary>Begins.</summary>
    /// <returns><see langword="false"/>: there is no thread for it, and the socket is as it was.</returns>
    public bool TryStart()
    {
        _socket.Blocking = false;
        if (!_threads.TryStart(this, Receive))
        {
            _socket.Blocking = true;
            return false;
        }

        _sending = SendAsync();
        return true;
    }

    /// <summary>From here on this thread runs the plugin's code.</summary>
    public void Enter()
    {
        Volatile.Write(ref _isInside, true);
        _threads.Watch();
    }

    /// <summary>It does no longer.</summary>
    public void Leave() => Volatile.Write(ref _isInside, false);

    /// <summary>For a thread that cannot see by itself that the other end has gone.</summary>
    public void CloseIfGone()
    {
        try
        {
            Span<byte> one = stackalloc byte[1];
            if (_socket.Poll(0, SelectMode.SelectRead)
                && _socket.Receive(one, SocketFlags.Peek, out var error) == 0
                && error is not (SocketError.WouldBlock or SocketError.Interrupted))
            {
                TellClosed();
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It ended by itself.
        }
    }

    public override void Abort(ConnectionAbortedException abortReason) => Shut();

    public override async ValueTask DisposeAsync()
    {
        await _received.Reader.CompleteAsync();
        await _toSend.Writer.CompleteAsync();
        await _sending;
        await _ended.Task;
        _socket.Dispose();
        await base.DisposeAsync();
    }

    private static PipeOptions Options(MemoryPool<byte> memory, int most) =>
        new(memory, PipeScheduler.Inline, PipeScheduler.Inline, most, most / 2, useSynchronizationContext: false);

    private void Receive()
    {
        Exception? fault = null;
        try
        {
            while (ReadOnce())
            {
                // Until the end.
            }
        }
        catch (Exception exception)
        {
            // Also want of memory, which ends this connection and not the worker.
            fault = new ConnectionResetException(exception.Message, exception);
        }

        // Whoever reads goes on here, and may be inside of the plugin's code.
        TellClosed();
        _received.Writer.Complete(fault);
        _ended.SetResult();
    }

    private bool ReadOnce()
    {
        _socket.Poll(-1, SelectMode.SelectRead);
        var read = _socket.Receive(_received.Writer.GetSpan(LeastRead), SocketFlags.None, out var error);
        if (error is SocketError.WouldBlock or SocketError.Interrupted)
            return true;
        if (error != SocketError.Success)
            throw new SocketException((int)error);
        if (read == 0)
            return false;
        _received.Writer.Advance(read);
        // The request runs in here. What it does not take stays in the pipe, and when that is full this thread waits.
        var flushed = _received.Writer.FlushAsync();
        return !(flushed.IsCompleted ? flushed.Result : flushed.AsTask().GetAwaiter().GetResult()).IsCompleted;
    }

    private async Task SendAsync()
    {
        var reader = _toSend.Reader;
        Exception? fault = null;
        try
        {
            for (var isOver = false; !isOver;)
            {
                var result = await reader.ReadAsync();
                if (result.Buffer.IsSingleSegment)
                    await _socket.SendAsync(result.Buffer.First, SocketFlags.None);
                else if (!result.Buffer.IsEmpty)
                    await _socket.SendAsync(Pieces(result.Buffer), SocketFlags.None);
                isOver = result.IsCompleted;
                reader.AdvanceTo(result.Buffer.End);
            }
        }
        catch (Exception exception)
        {
            // Also want of memory, which ends this connection and not the worker.
            fault = new ConnectionResetException(exception.Message, exception);
        }

        // The thread that reads sees it, too.
        Shut();
        await reader.CompleteAsync(fault);
    }

    private static List<ArraySegment<byte>> Pieces(ReadOnlySequence<byte> buffer)
    {
        var pieces = new List<ArraySegment<byte>>();
        foreach (var memory in buffer)
            pieces.Add(MemoryMarshal.TryGetArray(memory, out var piece) ? piece : memory.ToArray());
        return pieces;
    }

    private void Shut()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The other end was first.
        }
    }

    // Callbacks of the plugin hang on it: not on the thread that says it.
    private void TellClosed()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) == 0)
            _ = _closed.CancelAsync();
    }

    private sealed class Ends(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
