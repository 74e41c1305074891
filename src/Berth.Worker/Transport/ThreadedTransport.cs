using System.Net;
using System.Net.Sockets;
using Berth.Worker.Protocol;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;

namespace Berth.Worker.Transport;

/// <summary>The transport of the socket on which requests to the plugin's endpoints arrive. The other two have Kestrel's own.</summary>
internal sealed class ThreadedTransport(ConnectionThreads threads, IMemoryPoolFactory<byte> memory) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public bool CanBind(EndPoint endpoint) => endpoint is FileHandleEndPoint { FileHandle: WorkerProtocol.RequestsDescriptor };

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var socket = new Socket(new SafeSocketHandle((nint)((FileHandleEndPoint)endpoint).FileHandle, ownsHandle: true));
        // Connections go to the thread pool directly, not over queues of the transport's own: a hop less for each answer.
        var others = new SocketConnectionContextFactory(new SocketConnectionFactoryOptions { IOQueueCount = 0 }, NullLogger.Instance);
        return ValueTask.FromResult<IConnectionListener>(new ThreadedListener(endpoint, socket, threads, memory.Create(), others));
    }
}
