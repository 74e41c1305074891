using Berth.Worker.Protocol;
using Berth.Worker.Transport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Worker.Hosting;

/// <summary>The worker's own Kestrel, on the listening sockets that the host bound and handed down.</summary>
internal static class WorkerServer
{
    public static WebApplication Create(RequestDelegate requests, RequestDelegate control, ConnectionThreads threads)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        // Connections go to the thread pool directly, not over queues of the transport's own: a hop less for each answer.
        builder.WebHost.UseSockets(static sockets => sockets.IOQueueCount = 0);
        // Asked before the transport above, and only about the socket that it knows.
        builder.Services.AddSingleton<IConnectionListenerFactory>(services => new ThreadedTransport(threads, services.GetRequiredService<IMemoryPoolFactory<byte>>()));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // The host has bounded what came from outside; what it forwards is not bounded twice.
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.MaxRequestHeadersTotalSize = 256 * 1024;
            kestrel.Limits.MaxRequestLineSize = 64 * 1024;
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromHours(1);
            kestrel.ListenHandle(WorkerProtocol.RequestsDescriptor, static listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.ListenHandle(WorkerProtocol.StreamsDescriptor, static listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.ListenHandle(WorkerProtocol.ControlDescriptor, static listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(static next => connection =>
                {
                    connection.Features.Set(ControlMark.Instance);
                    return next(connection);
                });
            });
        });
        var app = builder.Build();
        app.Run(context => context.Features.Get<ControlMark>() is null ? requests(context) : control(context));
        return app;
    }

    // On every connection of the control socket: which socket a request came by is nothing that it could claim itself.
    private sealed class ControlMark
    {
        public static readonly ControlMark Instance = new();
    }
}
