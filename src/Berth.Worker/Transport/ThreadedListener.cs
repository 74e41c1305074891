using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Berth.Worker.Transport;

/// <summary>Accepts connections: each gets a thread of its own while there are any, and the framework's transport afterwards.</summary>
internal sealed class ThreadedListener(EndPoint endpoint, Socket socket, ConnectionThreads threads, MemoryPool<byte> memory, SocketConnectionContextFactory others) : IConnectionListener
{
    public EndPoint EndPoint => endpoint;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Socket accepted;
            try
            {
                accepted = await socket.AcceptAsync(cancellationToken);
            }
            catch (Exception exception) when (exception is ObjectDisposedException || exception is SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                // No longer bound.
                return null;
            }
            catch (SocketException)
            {
                // This one was gone before it was here.
                continue;
            }

            var threaded = new ThreadedConnection(accepted, threads, memory);
            return threaded.TryStart() ? threaded : others.Create(accepted);
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        others.Dispose();
        memory.Dispose();
        return ValueTask.CompletedTask;
    }
}
