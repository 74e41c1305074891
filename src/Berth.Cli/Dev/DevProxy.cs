using System.Net;
using System.Net.Http.Headers;
using Berth.Cli.Http;

namespace Berth.Cli.Dev;

/// <summary>Hands requests of the page on to the plugin, with the developer's token, and nowhere else.</summary>
internal sealed class DevProxy(ApiConnection host) : IDisposable
{
    private const string Files = "/files/";
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false });

    /// <summary>The path on the host that a path of the page stands for; <see langword="null"/> for none.</summary>
    public static string? Goal(string path, string slug) =>
        path.StartsWith(Files, StringComparison.Ordinal) ? $"/api/v1/public/plugins/{slug}/{path[Files.Length..]}"
        : path.StartsWith($"/p/{slug}/", StringComparison.OrdinalIgnoreCase) ? path
        : null;

    /// <summary>Forwards one request and its answer.</summary>
    public async Task ForwardAsync(HttpListenerContext context, string goal)
    {
        var (from, to) = (context.Request, context.Response);
        using var request = host.Request(new HttpMethod(from.HttpMethod), goal + from.Url!.Query);
        request.Headers.Accept.Clear();
        request.Headers.TryAddWithoutValidation("Accept", from.Headers["Accept"] ?? "*/*");
        if (from.HasEntityBody)
        {
            request.Content = new StreamContent(from.InputStream);
            if (MediaTypeHeaderValue.TryParse(from.ContentType, out var type))
                request.Content.Headers.ContentType = type;
        }

        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        to.StatusCode = (int)answer.StatusCode;
        to.ContentType = answer.Content.Headers.ContentType?.ToString() ?? "application/octet-stream";
        if (answer.Content.Headers.ContentLength is { } length)
            to.ContentLength64 = length;
        else
            to.SendChunked = true;
        await answer.Content.CopyToAsync(to.OutputStream);
        to.Close();
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();
}
