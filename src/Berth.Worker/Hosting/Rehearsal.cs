using System.Net.Sockets;
using System.Text.Json;
using Berth.Worker.Broker;
using Berth.Worker.Loading;
using Berth.Worker.Protocol;
using Berth.Worker.Requests;
using Berth.Worker.SystemCalls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Berth.Worker.Hosting;

/// <summary>
/// What a spare worker does while it waits: it goes once through everything that comes when it is taken, with a plugin of its own
/// that does nothing, so that the code is compiled by then. Nothing of it stays but compiled code, and a failure of it is no matter.
/// </summary>
internal sealed class Rehearsal
{
    /// <summary>A worker that hears nothing for so long is a spare; one that is started for a version hears of it at once.</summary>
    public static readonly TimeSpan After = TimeSpan.FromMilliseconds(250);

    private RequestDelegate? _endpoints;

    /// <summary>Answers the requests that the rehearsal sends to its own server.</summary>
    public Task AnswerAsync(HttpContext context)
    {
        if (_endpoints is { } endpoints)
        {
            Address(context.Request);
            return endpoints(context);
        }

        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return Task.CompletedTask;
    }

    public async Task RunAsync()
    {
        try
        {
            await PlayAsync();
        }
        catch (Exception exception) when (exception is IOException or SocketException or RemoteFailureException or InvalidOperationException or UnauthorizedAccessException or LoadFaultException)
        {
            // The worker is as good as before; only its first answer takes longer.
        }
        finally
        {
            _endpoints = null;
        }
    }

    private async Task PlayAsync()
    {
        var hello = Hello();
        if (FilterArchitecture.Current is { } architecture)
            _ = SystemCallFilter.Build(architecture, hello.Hardening, Environment.ProcessId);
        using var broker = new BrokerClient(hello);
        var plugin = PluginLoader.Configure(hello, broker, typeof(Rehearsal).Assembly, new Piece());
        try
        {
            _endpoints = new RequestHandler(plugin, broker).HandleAsync;
            await plugin.StartAsync(CancellationToken.None);
            // The second time is as every time.
            for (var time = 0; time < 2; time++)
                await _endpoints(Request());
            if (hello.Broker.Length > 0)
                await CallOwnServerAsync(broker, plugin.Ready);
        }
        finally
        {
            await plugin.DisposeAsync();
        }
    }

    // The server's own way in, and the client's way out.
    private static async Task CallOwnServerAsync(BrokerClient broker, WorkerReady ready)
    {
        for (var time = 0; time < 2; time++)
            await broker.PostAsync("/", ready, ProtocolJson.Default.WorkerReady, CancellationToken.None);
    }

    /// <summary>As it is read from a host, with what is found here.</summary>
    private static WorkerHello Hello()
    {
        var hello = new WorkerHello
        {
            Protocol = WorkerProtocol.Version,
            HostVersion = "",
            Token = "",
            Broker = OwnSocket(),
            Slug = "Rehearsal",
            Version = "0.0.0",
            Directory = AppContext.BaseDirectory,
            Assembly = "",
            LogLevel = (int)Microsoft.Extensions.Logging.LogLevel.None,
            Hardening = new WorkerHardening { SystemCallFilter = true },
        };
        var line = JsonSerializer.SerializeToUtf8Bytes(hello, ProtocolJson.Default.WorkerHello);
        return JsonSerializer.Deserialize(line, ProtocolJson.Default.WorkerHello)!;
    }

    private static string OwnSocket()
    {
        // Not closed with this: it is the server's.
        using var socket = new Socket(new SafeSocketHandle(WorkerProtocol.RequestsDescriptor, ownsHandle: false));
        return socket.LocalEndPoint is UnixDomainSocketEndPoint own ? own.ToString() : "";
    }

    private static DefaultHttpContext Request()
    {
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
        Address(context.Request);
        return context;
    }

    private static void Address(HttpRequest request)
    {
        request.Method = HttpMethods.Post;
        request.Path = "/";
        request.Headers[WorkerProtocol.UserHeader] = UserHeader.Encode(new WorkerUser("", "", [], []));
        request.Headers[WorkerProtocol.CallHeader] = "0";
        request.Headers[WorkerProtocol.PathBaseHeader] = "/p/Rehearsal";
        request.Headers[WorkerProtocol.SchemeHeader] = "http";
    }

    /// <summary>The plugin that is played.</summary>
    private sealed class Piece : IPlugin
    {
        public void MapEndpoints(IEndpointRouteBuilder endpoints) => endpoints.MapPost("/{**any}", static () => "");
    }
}
