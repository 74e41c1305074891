using System.Net.Http.Headers;

namespace Berth.Bench.Peers;

/// <summary>A user with a token.</summary>
internal sealed record BenchUser(string Id, string Token);

/// <summary>A server over HTTP, as its users see it. At most 16 connections.</summary>
internal sealed class BerthClient(Uri host, Uri registry, string adminToken) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 16, UseCookies = false, AllowAutoRedirect = false });

    public Uri Host => host;

    public Uri Registry => registry;

    public async Task PublishAsync(byte[] package)
    {
        using var content = new MultipartFormDataContent { { new ByteArrayContent(package), "plugin", "package.berth" } };
        await SendAsync(HttpMethod.Post, new Uri(registry, "/api/v1/plugins"), adminToken, content);
    }

    public async Task<IReadOnlyList<BenchUser>> CreateUsersAsync(int count)
    {
        var lines = await SendAsync(HttpMethod.Post, new Uri(host, "/api/v1/admin/users/bulk"), adminToken, JsonContent.Create(new { count }));
        return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)
            .Select(user => new BenchUser(user.GetProperty("id").GetString()!, user.GetProperty("token").GetString()!))];
    }

    public Task InstallAsync(BenchUser user, string slug, string version) =>
        SendAsync(HttpMethod.Post, new Uri(host, $"/api/v1/plugins/{slug}/install"), user.Token, JsonContent.Create(new { version }));

    public Task<string> CallAsync(BenchUser user, string path) => SendAsync(HttpMethod.Get, new Uri(host, path), user.Token);

    public async Task<JsonElement> StatsAsync() =>
        JsonDocument.Parse(await SendAsync(HttpMethod.Get, new Uri(host, "/api/v1/plugins/system/stats"), adminToken)).RootElement;

    /// <summary>A file's address through the capability segment, as the user's list of plugins gives it.</summary>
    public async Task<Uri> AddressOfAsync(BenchUser user, string slug, string path)
    {
        using var list = JsonDocument.Parse(await SendAsync(HttpMethod.Get, new Uri(host, "/api/v1/plugins/"), user.Token));
        var bundle = list.RootElement.GetProperty("plugins").EnumerateArray().Single(plugin => plugin.GetProperty("plugin_slug").GetString() == slug)
            .GetProperty("bundlelocation").GetString()!;
        return new Uri(host, $"/api/v1/public/plugins/{user.Id}_{slug}/{bundle[..bundle.IndexOf('/', StringComparison.Ordinal)]}/{path}");
    }

    /// <summary>Bytes and ETag of an address.</summary>
    public async Task<(byte[] Bytes, string ETag)> FetchAsync(Uri address, IReadOnlyDictionary<string, string> headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _http.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadAsByteArrayAsync(), response.Headers.ETag?.ToString() ?? "");
    }

    public void Dispose() => _http.Dispose();

    private async Task<string> SendAsync(HttpMethod method, Uri address, string token, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, address) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? text : throw new InvalidOperationException($"{method} {address.PathAndQuery}: {(int)response.StatusCode} {text}");
    }
}
