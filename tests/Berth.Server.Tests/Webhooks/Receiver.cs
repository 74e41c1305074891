using System.Collections.Concurrent;
using System.Globalization;
using Berth.Lifecycle.Webhooks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;

namespace Berth.Server.Tests.Webhooks;

/// <summary>A message as a receiver got it.</summary>
public sealed record Received(string Id, long Timestamp, string Signature, string ContentType, string Body)
{
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Body);

    public string Type => Json.GetProperty("type").GetString()!;

    /// <summary>Whether one of its signatures is that of the secret.</summary>
    public bool IsSignedWith(string secret) => Signature.Split(' ').Contains(WebhookSignature.Sign(secret, Id, Timestamp, Body));
}

/// <summary>A real HTTP server that gets webhooks and answers as a test says.</summary>
public sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _application;
    private Func<HttpContext, Task> _answer = context => Task.CompletedTask;

    private Receiver(WebApplication application) => _application = application;

    public ConcurrentQueue<Received> Messages { get; } = new();

    public string Url { get; private set; } = "";

    public static async Task<Receiver> StartAsync(Func<HttpContext, Task>? answer = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var receiver = new Receiver(builder.Build());
        if (answer is not null)
            receiver._answer = answer;
        receiver._application.Run(receiver.TakeAsync);
        await receiver._application.StartAsync();
        receiver.Url = receiver._application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/hook";
        return receiver;
    }

    /// <summary>Answers otherwise from now on.</summary>
    public void Answer(Func<HttpContext, Task> answer) => _answer = answer;

    /// <summary>Answers with this status and text from now on.</summary>
    public void Answer(int status, string text = "") => _answer = context =>
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(text);
    };

    public Task GotAsync(int count) => Eventually.TrueAsync(() => Messages.Count >= count, $"{count} messages");

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _application.StopAsync(now.Token);
        await _application.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var (headers, body) = (context.Request.Headers, await reader.ReadToEndAsync());
        Messages.Enqueue(new Received(
            headers["webhook-id"].ToString(), long.Parse(headers["webhook-timestamp"].ToString(), CultureInfo.InvariantCulture), headers["webhook-signature"].ToString(), context.Request.ContentType ?? "", body));
        await _answer(context);
    }
}
