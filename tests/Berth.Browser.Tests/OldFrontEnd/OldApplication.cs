using System.Text.RegularExpressions;
using Berth.Plugins.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.Logging;

namespace Berth.Browser.Tests.OldFrontEnd;

/// <summary>
/// An application from before Berth, on an origin of its own: static pages, whose scripts call <c>/api</c> and <c>/p</c>
/// with the token in the browser. On its own origin it passes both on to Berth, as it did to the system before; with
/// <c>?api=berth</c> a page calls Berth where it is.
/// </summary>
internal sealed partial class OldApplication : IAsyncDisposable
{
    private static readonly FileExtensionContentTypeProvider MediaTypes = new();
    private readonly WebApplication _application;
    private readonly Forwarding _forwarding = new();
    private string? _berth;

    private OldApplication(WebApplication application) => _application = application;

    /// <summary>By name: for a browser another site than Berth's, which tests reach by number.</summary>
    public string Origin => _application.Urls.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

    public IReadOnlyCollection<ForwardedRequest> Forwarded => _forwarding.Requests;

    public static async Task<OldApplication> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var application = new OldApplication(builder.Build());
        application.Map();
        await application._application.StartAsync();
        return application;
    }

    /// <summary>Berth starts after the application, whose origin it lists.</summary>
    public void CallBerthAt(string url) => _berth = url;

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        _forwarding.Dispose();
    }

    private void Map()
    {
        var berth = (RequestDelegate)(context => _forwarding.PassAsync(context, _berth!));
        _application.Map("/api/{**path}", berth);
        _application.Map("/p/{**path}", berth);
        _application.MapGet("/react/{**path}", (RequestDelegate)LibraryAsync);
        _application.MapGet("/react-dom/{**path}", (RequestDelegate)LibraryAsync);
        _application.MapGet("/favicon.ico", () => TypedResults.NoContent());
        foreach (var script in new[] { "old-loader.js", "old-page.js", "old-manager.js" })
            _application.MapGet(script, (RequestDelegate)(context => WriteAsync(context, script, Resource(script))));
        _application.MapGet("/", (RequestDelegate)(context => ShowAsync(context, "old-page")));
        _application.MapGet("/manager", (RequestDelegate)(context => ShowAsync(context, "old-manager")));
    }

    private Task ShowAsync(HttpContext context, string view)
    {
        var api = context.Request.Query["api"] == "berth" ? _berth! : "";
        var files = $"{api}/api/v1/public/plugins/";
        var sources = api.Length == 0 ? "'self'" : $"'self' {files}";
        // What a page's policy must permit for such plugins: docs/compatibility.md.
        context.Response.Headers.ContentSecurityPolicy =
            $"default-src 'none'; script-src {sources}; style-src {sources} 'unsafe-inline'; img-src {sources}; font-src {sources}; connect-src 'self' {api}";
        var values = new Dictionary<string, string>(StringComparer.Ordinal) { ["settings"] = JsonSerializer.Serialize(new { api }), ["view"] = view };
        return WriteAsync(context, "old-page.html", Placeholder().Replace(Resource("old-page.html"), found => values[found.Groups["name"].Value]));
    }

    private static Task LibraryAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        return WriteAsync(context, path, File.ReadAllText(Path.Combine(Repository.Root, "plugins", "Notes", "web", "node_modules", path[1..])));
    }

    private static Task WriteAsync(HttpContext context, string name, string text)
    {
        context.Response.ContentType = MediaTypes.TryGetContentType(name, out var type) ? $"{type}; charset=utf-8" : null;
        context.Response.Headers.CacheControl = "no-cache";
        return context.Response.WriteAsync(text);
    }

    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(OldApplication).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"\{(?<name>settings|view)\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholder();
}
