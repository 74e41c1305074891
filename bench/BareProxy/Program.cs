// The peer of B8 at level process: YARP's forwarder alone, to a server behind the Unix socket that is named by the argument.
using System.Net;
using System.Net.Sockets;
using Yarp.ReverseProxy.Forwarder;

var endpoint = new UnixDomainSocketEndPoint(args[0]);
var builder = WebApplication.CreateSlimBuilder();
builder.WebHost.UseUrls("http://127.0.0.1:0");
builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
builder.Logging.ClearProviders();
builder.Services.AddHttpForwarder();
var app = builder.Build();
var forwarder = app.Services.GetRequiredService<IHttpForwarder>();
using var client = new HttpMessageInvoker(new SocketsHttpHandler
{
    UseProxy = false,
    UseCookies = false,
    AllowAutoRedirect = false,
    AutomaticDecompression = DecompressionMethods.None,
    ActivityHeadersPropagator = null,
    ConnectCallback = async (_, cancellation) =>
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(endpoint, cancellation);
        return new NetworkStream(socket, ownsSocket: true);
    },
});
var config = new ForwarderRequestConfig { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
app.Map("/{**path}", async (HttpContext context) => await forwarder.SendAsync(context, "http://behind/", client, config));
await app.StartAsync();
Console.WriteLine($"Host: {app.Urls.First()}");
await app.WaitForShutdownAsync();
