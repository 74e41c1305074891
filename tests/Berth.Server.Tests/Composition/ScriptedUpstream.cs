using System.Security.Cryptography;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Berth.Server.Tests.Composition;

/// <summary>An upstream that answers what it was told and keeps what it was asked.</summary>
internal sealed class ScriptedUpstream : IAsyncDisposable
{
    private readonly WebApplication _app;

    public ScriptedUpstream()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(async context =>
        {
            var path = context.Request.Path.Value!;
            lock (Asked)
                Asked.Add(path);
            if (Downloads.TryGetValue(path, out var download))
            {
                await download(context.Response);
                return;
            }

            var (status, body) = Answers.GetValueOrDefault(path, (404, ""));
            context.Response.StatusCode = status;
            if (status == 302)
                context.Response.Headers.Location = body;
            else
                await context.Response.WriteAsync(body);
        });
        _app.StartAsync().GetAwaiter().GetResult();
    }

    public Uri Address => new(_app.Urls.First() + "/");

    public List<string> Asked { get; } = [];

    public Dictionary<string, (int Status, string Body)> Answers { get; } = [];

    public Dictionary<string, Func<HttpResponse, Task>> Downloads { get; } = [];

    /// <summary>How often the bytes of a plugin's version 1.0.0 were asked for.</summary>
    public int DownloadsOf(string slug)
    {
        lock (Asked)
            return Asked.Count(path => path == PathOf(slug));
    }

    /// <summary>Describes a plugin with these bytes as its version 1.0.0, and says how they are sent.</summary>
    public void Offer(string slug, byte[] promised, Func<HttpResponse, Task> send)
    {
        var manifest = JsonSerializer.Serialize(new { name = slug, version = "1.0.0", frontend = new { entry = TestPackages.Script } });
        Answers[$"/api/v1/plugins/{slug.ToLowerInvariant()}/versions"] = (200,
            $$"""{"slug":"{{slug}}","versions":[{"slug":"{{slug}}","version":"1.0.0","digest":"{{Convert.ToHexStringLower(SHA256.HashData(promised))}}","size":{{promised.Length}},"trust_level":"community","manifest":{{manifest}}}]}""");
        Downloads[PathOf(slug)] = send;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static string PathOf(string slug) => $"/api/v1/plugins/{slug}/1.0.0/download";
}
