using System.Net;
using Berth.Worker.Network;
using Berth.Worker.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Forwarder;

namespace Berth.Host.Isolation.Network;

/// <summary>
/// Plain HTTP requests of workers in absolute form, for what knows no tunnels. One Kestrel for all workers, started by the
/// first; the framework reads and writes the messages, so that there are no two opinions where one ends.
/// </summary>
internal sealed class PlainForwarding : IAsyncDisposable
{
    private readonly Lazy<Task<Running>> _running = new(StartAsync);

    /// <summary>Serves a connection of a worker until it ends.</summary>
    public async Task ServeAsync(ConnectionContext connection, NetworkGate gate, NetworkCalls calls, Func<string?> token)
    {
        var running = await _running.Value;
        using var way = new Way(gate, calls, token);
        connection.Features.Set(way);
        await running.Transport.ServeAsync(connection);
    }

    public async ValueTask DisposeAsync()
    {
        if (_running.IsValueCreated)
            await (await _running.Value).App.DisposeAsync();
    }

    private static async Task<Running> StartAsync()
    {
        var transport = new HandedConnections();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Listen(HandedConnections.EndPoint, listen => listen.Protocols = HttpProtocols.Http1);
            options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            options.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(30);
            options.Limits.MaxRequestHeadersTotalSize = ConnectRequest.MostBytes * 4;
            options.Limits.MaxRequestBodySize = null;
        });
        builder.Services.AddSingleton<IConnectionListenerFactory>(transport).AddHttpForwarder();
        var app = builder.Build();
        var forwarder = app.Services.GetRequiredService<IHttpForwarder>();
        app.Run(context => ForwardAsync(context, forwarder));
        // The host's, and not of the plugin that was the first to go out.
        await Services.ForeignCode.RunAsync(() => app.StartAsync());
        return new Running(app, transport);
    }

    private static async Task ForwardAsync(HttpContext context, IHttpForwarder forwarder)
    {
        var way = context.Features.GetRequiredFeature<Way>();
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (!NetworkProxy.SameToken(context.Request.Headers[WorkerProtocol.TokenHeader], way.Token))
        {
            await RefuseAsync(context, way, 407, NetworkCodes.BadRequest, $"The worker's token is missing ({WorkerProtocol.TokenHeader}).");
        }
        else if (!target.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || !Uri.TryCreate(target, UriKind.Absolute, out var address) || address.UserInfo.Length > 0)
        {
            await RefuseAsync(context, way, 400, NetworkCodes.BadRequest, "Write the whole address, http://HOST/PATH, and use CONNECT for https.");
        }
        else if (way.Enter(context.Request.Headers[WorkerProtocol.CallHeader]) is { Refusal: { } refusal } caller)
        {
            way.Gate.NoteRefused(refusal.Code, refusal.Reason, caller.UserId);
            await WriteAsync(context, ProxyAnswer.StatusOf(refusal.Code), refusal.Code, refusal.Reason);
        }
        else
        {
            var error = await forwarder.SendAsync(context, $"http://{address.Authority}", way.Invoker, ForwarderRequestConfig.Empty, new Transformer(address));
            if (error != ForwarderError.None && !context.Response.HasStarted)
                await AnswerAsync(context, Refusal(context));
        }
    }

    private static NetworkRefusedException? Refusal(HttpContext context)
    {
        for (var cause = context.Features.Get<IForwarderErrorFeature>()?.Exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is NetworkRefusedException refused)
                return refused;
        }

        return null;
    }

    private static Task AnswerAsync(HttpContext context, NetworkRefusedException? refused)
    {
        var code = refused?.Code ?? NetworkCodes.Unreachable;
        return WriteAsync(context, ProxyAnswer.StatusOf(code), code, refused?.Message ?? "The other end broke off.");
    }

    private static Task RefuseAsync(HttpContext context, Way way, int status, string code, string reason)
    {
        way.Gate.NoteRefused(code, reason);
        return WriteAsync(context, status, code, reason);
    }

    private static Task WriteAsync(HttpContext context, int status, string code, string reason)
    {
        context.Response.Clear();
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers[ProxyAnswer.CodeHeader] = code;
        context.Response.Headers.Connection = "close";
        return context.Response.WriteAsync(ProxyAnswer.TextOf(code, reason), context.RequestAborted);
    }

    private sealed record Running(WebApplication App, HandedConnections Transport);

    // The connections outside belong to one connection inside: nothing of one is reused for another.
    private sealed class Way(NetworkGate gate, NetworkCalls calls, Func<string?> token) : IDisposable
    {
        private NetworkCaller? _caller;

        public NetworkGate Gate => gate;

        public string? Token => token();

        /// <summary>Whose call the next request of this connection is in: each says it anew, one after another.</summary>
        public NetworkCaller Enter(string? call) => _caller = calls.Judge(call);

        public HttpMessageInvoker Invoker => field ??= new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            ConnectCallback = async (context, cancellationToken) => await gate.ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, _caller!, cancellationToken),
        });

        public void Dispose() => Invoker.Dispose();
    }

    // As it was asked for; what belongs to the hop, and to the worker and its host, stays here.
    private sealed class Transformer(Uri address) : HttpTransformer
    {
        public override async ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
        {
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
            proxyRequest.RequestUri = address;
            proxyRequest.Headers.Host = null;
            var ofTheHop = proxyRequest.Headers.Select(header => header.Key).Where(IsOfTheHop).Concat(Nominated(httpContext)).ToList();
            foreach (var name in ofTheHop)
                proxyRequest.Headers.Remove(name);
        }

        // RFC 9110, section 7.6.1. The forwarder itself decides about an upgrade.
        private static IEnumerable<string> Nominated(HttpContext context) => context.Request.Headers.Connection
            .SelectMany(value => (value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Where(name => !name.Equals("Upgrade", StringComparison.OrdinalIgnoreCase) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));

        private static bool IsOfTheHop(string name) =>
            name.StartsWith(WorkerProtocol.HeaderPrefix, StringComparison.OrdinalIgnoreCase) || name.StartsWith("Proxy-", StringComparison.OrdinalIgnoreCase);
    }
}
