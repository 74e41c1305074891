using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Berth.Plugins.Tests;
using Berth.Server.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.Logging;

namespace Berth.Browser.Tests.Application;

/// <summary>
/// Somebody's web application with plugins, on an origin of its own and with one signed-in user: it lays the user's
/// manifest into the page, forwards <c>/p/…</c> with the user's token, and lets scripts come from itself and from the
/// plugins' files only. Where <c>sameOrigin</c> is asked for, it forwards those files too.
/// </summary>
internal sealed class HostApplication : IAsyncDisposable
{
    private static readonly FileExtensionContentTypeProvider MediaTypes = new();
    private readonly WebApplication _application;
    private readonly TestUser _user;
    private readonly string _assets;
    private readonly ConcurrentQueue<string> _forwarded = new();

    private HostApplication(WebApplication application, TestUser user, string assets)
    {
        _application = application;
        _user = user;
        _assets = assets;
    }

    /// <summary>The paths that were forwarded to Berth, in order.</summary>
    public IReadOnlyCollection<string> Forwarded => _forwarded;

    public static async Task<HostApplication> StartAsync(TestServer berth, TestUser user, bool sameOrigin = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var application = new HostApplication(builder.Build(), user, sameOrigin ? "" : berth.HostUrl);
        application.Map(application._application, sameOrigin);
        await application._application.StartAsync();
        return application;
    }

    /// <summary>The page that shows one module.</summary>
    /// <param name="settings">What the user chose for the module's fields; defaults otherwise.</param>
    public string PageOf(string slug, string module, object? settings = null)
    {
        var page = $"{_application.Urls.Single()}/show/{slug}/{module}";
        return settings is null ? page : $"{page}?settings={Uri.EscapeDataString(JsonSerializer.Serialize(settings))}";
    }

    public async ValueTask DisposeAsync() => await _application.DisposeAsync();

    private void Map(IEndpointRouteBuilder routes, bool sameOrigin)
    {
        routes.MapGet("/show/{slug}/{module}", (RequestDelegate)ShowAsync);
        routes.MapGet("/react/{**path}", (RequestDelegate)LibraryAsync);
        routes.MapGet("/react-dom/{**path}", (RequestDelegate)LibraryAsync);
        routes.MapGet("/favicon.ico", () => TypedResults.NoContent());
        foreach (var name in new[] { "loader.js", "page.css", "visits.csv" })
            routes.MapGet(name, (RequestDelegate)(context => WriteAsync(context, name, Resource(name))));
        routes.Map("/p/{**path}", (RequestDelegate)CallAsync);
        if (sameOrigin)
            routes.MapGet("/api/v1/public/plugins/{**path}", (RequestDelegate)(context => ForwardAsync(context, withToken: false)));
    }

    private async Task ShowAsync(HttpContext context)
    {
        var manifest = await _user.Client.GetFromJsonAsync<JsonElement>("/api/v1/plugins/manifest/designer");
        var plugin = manifest.GetProperty((string)context.GetRouteValue("slug")!);
        var module = plugin.GetProperty("modules").EnumerateArray()
            .Single(module => module.GetProperty("name").GetString() == (string)context.GetRouteValue("module")!);
        var placement = JsonSerializer.Serialize(new { assets = _assets, plugin, module });
        var scripts = $"{_assets}/api/v1/public/plugins/";
        var origins = _assets.Length == 0 ? "'self'" : $"'self' {scripts}";
        context.Response.Headers.ContentSecurityPolicy = $"default-src 'none'; script-src {origins}; style-src {origins}; img-src 'self'; connect-src 'self'";
        await WriteAsync(context, "page.html", Resource("page.html").Replace("{placement}", placement, StringComparison.Ordinal));
    }

    private static Task LibraryAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        return WriteAsync(context, path, File.ReadAllText(Path.Combine(Repository.Root, "plugins", "Notes", "web", "node_modules", path[1..])));
    }

    private Task CallAsync(HttpContext context)
    {
        if (context.Request.Headers.ContainsKey("X-Application"))
            return ForwardAsync(context, withToken: true);
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    private async Task ForwardAsync(HttpContext context, bool withToken)
    {
        var path = context.Request.GetEncodedPathAndQuery();
        _forwarded.Enqueue(path);
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), path);
        if (context.Request.ContentType is { } type)
        {
            request.Content = new StreamContent(context.Request.Body);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        }

        using var anonymous = new HttpClient { BaseAddress = _user.Client.BaseAddress };
        using var response = await (withToken ? _user.Client : anonymous).SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
        context.Response.Headers.CacheControl = response.Headers.CacheControl?.ToString();
        await response.Content.CopyToAsync(context.Response.Body);
    }

    private static Task WriteAsync(HttpContext context, string name, string text)
    {
        context.Response.ContentType = MediaTypes.TryGetContentType(name, out var type) ? $"{type}; charset=utf-8" : null;
        return context.Response.WriteAsync(text);
    }

    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(HostApplication).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
