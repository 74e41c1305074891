using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Berth.Plugins.Tests.FeedReader;

/// <summary>A web server that serves what a test tells it to.</summary>
internal sealed class FeedServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _requests;

    private FeedServer(WebApplication app) => _app = app;

    /// <summary>How many requests came.</summary>
    public int Requests => _requests;

    public string Url(string path = "feed") => $"{_app.Urls.Single()}/{path}";

    public static Task<FeedServer> ServingAsync(string xml, string mediaType = "application/xml; charset=utf-8") =>
        StartAsync(async http =>
        {
            http.Response.ContentType = mediaType;
            await http.Response.WriteAsync(xml);
        });

    public static async Task<FeedServer> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new FeedServer(app);
        app.Run(http =>
        {
            Interlocked.Increment(ref server._requests);
            return answer(http);
        });
        await app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
