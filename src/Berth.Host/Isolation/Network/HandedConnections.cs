using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Berth.Host.Isolation.Network;

/// <summary>A transport of Kestrel whose connections are handed to it, instead of accepted by it.</summary>
internal sealed class HandedConnections : IConnectionListenerFactory, IConnectionListenerFactorySelector, IConnectionListener
{
    private readonly Channel<ConnectionContext> _handed = Channel.CreateUnbounded<ConnectionContext>();

    /// <summary>Where Kestrel is told to listen.</summary>
    public static EndPoint EndPoint { get; } = new Nowhere();

    EndPoint IConnectionListener.EndPoint => EndPoint;

    /// <summary>Hands a connection over, and waits until Kestrel has done with it.</summary>
    public async Task ServeAsync(ConnectionContext connection)
    {
        var handed = new Handed(connection);
        if (!_handed.Writer.TryWrite(handed))
            throw new ConnectionAbortedException("The proxy is ending.");
        await handed.Done;
    }

    public bool CanBind(EndPoint endpoint) => endpoint is Nowhere;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => new(this);

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
        await _handed.Reader.WaitToReadAsync(cancellationToken) && _handed.Reader.TryRead(out var connection) ? connection : null;

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _handed.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => UnbindAsync();

    private sealed class Nowhere : EndPoint
    {
        public override string ToString() => "handed";
    }

    // Kestrel disposes what it has done with; the connection itself is its owner's.
    private sealed class Handed(ConnectionContext inner) : ConnectionContext
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Done => _done.Task;

        public override string ConnectionId
        {
            get => inner.ConnectionId;
            set => inner.ConnectionId = value;
        }

        public override Microsoft.AspNetCore.Http.Features.IFeatureCollection Features => inner.Features;

        public override IDictionary<object, object?> Items
        {
            get => inner.Items;
            set => inner.Items = value;
        }

        public override System.IO.Pipelines.IDuplexPipe Transport
        {
            get => inner.Transport;
            set => inner.Transport = value;
        }

        public override CancellationToken ConnectionClosed
        {
            get => inner.ConnectionClosed;
            set => inner.ConnectionClosed = value;
        }

        public override EndPoint? LocalEndPoint
        {
            get => inner.LocalEndPoint;
            set => inner.LocalEndPoint = value;
        }

        public override EndPoint? RemoteEndPoint
        {
            get => inner.RemoteEndPoint;
            set => inner.RemoteEndPoint = value;
        }

        public override void Abort(ConnectionAbortedException abortReason) => inner.Abort(abortReason);

        public override ValueTask DisposeAsync()
        {
            _done.TrySetResult();
            return base.DisposeAsync();
        }
    }
}
