using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Cli.Tests;

/// <summary>A request as it arrived.</summary>
internal sealed record SeenRequest(string Method, string Path, string Query, IHeaderDictionary Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);
}

/// <summary>A real Kestrel on a free port that answers what a test wrote down, and remembers what it was asked.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Func<HttpContext, Task>> _answers = new(StringComparer.Ordinal);
    private readonly WebApplication _application;

    private ScriptedServer(WebApplication application) => _application = application;

    public string Address { get; private set; } = "";

    public ConcurrentQueue<SeenRequest> Requests { get; } = new();

    public SeenRequest Last => Requests.Last();

    public static async Task<ScriptedServer> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var server = new ScriptedServer(builder.Build());
        server._application.Run(server.AnswerAsync);
        await server._application.StartAsync();
        server.Address = server._application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        server.On("GET", "/api/v1", 200, $$"""{"kind":"host","name":"berth","version":"0.1.0","registry":"{{server.Address}}"}""");
        return server;
    }

    public ScriptedServer On(string method, string path, Func<HttpContext, Task> answer)
    {
        _answers[$"{method} {path}"] = answer;
        return this;
    }

    public ScriptedServer On(string method, string path, int status, string json, string type = "application/json") => On(method, path, async context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        await context.Response.WriteAsync(json);
    });

    public ScriptedServer Fails(string method, string path, int status, string code, string detail = "It did not work.", string more = "") =>
        On(method, path, status, $$"""{"type":"about:blank","title":"No","status":{{status}},"code":"{{code}}","detail":"{{detail}}"{{more}}}""", "application/problem+json");

    public async ValueTask DisposeAsync() => await _application.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var request = context.Request;
        Requests.Enqueue(new SeenRequest(request.Method, request.Path, request.QueryString.Value ?? "", new HeaderDictionary(request.Headers.ToDictionary()), body.ToArray()));
        if (_answers.TryGetValue($"{request.Method} {request.Path}", out var answer))
        {
            await answer(context);
        }
        else
        {
            context.Response.StatusCode = 404;
            await context.Response.WriteAsync("""{"code":"route.unknown","detail":"no such route"}""");
        }
    }
}
