using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Berth.Packaging.Signing;

namespace Berth.Lifecycle.Store;

/// <summary>
/// Packages from a registry over HTTP. Everything it asks for is safe to repeat, so a request that finds no answer is
/// repeated once; then the registry counts as away.
/// </summary>
internal sealed class HttpPackageSource : IPackageSource
{
    private const int MostAnswerBytes = 32 * 1024 * 1024;
    private const int MostKeyPages = 100;
    private readonly HttpClient _client;
    private readonly HttpPackageSourceOptions _options;
    private readonly TimeProvider _time;

    public HttpPackageSource(HttpClient client, HttpPackageSourceOptions options, TimeProvider time)
    {
        (_client, _options, _time) = (client, options, time);
        client.Timeout = Timeout.InfiniteTimeSpan; // ours ends with the headers; a package may take longer
        client.BaseAddress = options.Registry;
        client.MaxResponseContentBufferSize = MostAnswerBytes;
        if (options.Token is { Length: > 0 } token)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        // One host asks for all of its users: the registry does not count it as one of them.
        client.DefaultRequestHeaders.Add("Berth-Service", "host");
    }

    public async ValueTask<IReadOnlyList<AvailableVersion>> VersionsAsync(string slug, CancellationToken cancellationToken = default)
    {
        var document = await ReadAsync($"/api/v1/plugins/{Uri.EscapeDataString(slug)}/versions", RegistryJson.Default.VersionsDocument, cancellationToken);
        return document?.Versions is { } versions
            ? [.. versions.Select(version => version.ToAvailable()).OfType<AvailableVersion>().OrderByDescending(version => version.Version)]
            : [];
    }

    public async Task<AvailablePage> SearchAsync(AvailableQuery query, CancellationToken cancellationToken = default)
    {
        var parameters = new List<string> { $"limit={query.Limit}" };
        Add("q", query.Text);
        Add("category", query.Category);
        Add("cursor", query.Cursor);
        var document = await ReadAsync($"/api/v1/plugins?{string.Join('&', parameters)}", RegistryJson.Default.CatalogDocument, cancellationToken);
        if (document?.Plugins is not { } plugins)
            return new AvailablePage([], 0, null);
        return new AvailablePage(
            [.. plugins.Select(plugin => (Version: plugin.ToAvailable(), plugin.Downloads))
                .Where(plugin => plugin.Version is not null)
                .Select(plugin => new AvailablePlugin(plugin.Version!, plugin.Downloads))],
            document.TotalCount,
            document.NextCursor);

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                parameters.Add($"{name}={Uri.EscapeDataString(value)}");
        }
    }

    public async ValueTask<IReadOnlyList<AvailableKey>> KeysAsync(CancellationToken cancellationToken = default)
    {
        var keys = new List<AvailableKey>();
        string? cursor = null;
        for (var page = 0; page < MostKeyPages; page++)
        {
            var document = await ReadAsync($"/api/v1/keys?limit=100{(cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor))}", RegistryJson.Default.KeysDocument, cancellationToken);
            keys.AddRange((document?.Keys ?? []).Select(key => key.ToAvailable()).OfType<AvailableKey>());
            if ((cursor = document?.NextCursor) is null)
                break;
        }

        return keys;
    }

    public async ValueTask<IReadOnlyList<string>?> SlugsOfAsync(string publisher, CancellationToken cancellationToken = default) =>
        (await ReadAsync($"/api/v1/publishers/{Uri.EscapeDataString(publisher)}", RegistryJson.Default.PublisherDocument, cancellationToken))?.Plugins;

    public async Task<Stream> OpenAsync(AvailableVersion version, CancellationToken cancellationToken = default)
    {
        var path = $"/api/v1/plugins/{Uri.EscapeDataString(version.Slug)}/{Uri.EscapeDataString(version.Version.ToString())}/download";
        var response = await SendAsync(path, cancellationToken)
            ?? throw new PackageSourceUnavailableException($"The registry offers {version.Slug} {version.Version} but has no bytes for it.");
        try
        {
            return new ResponseStream(response, await response.Content.ReadAsStreamAsync(cancellationToken));
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    public async Task<OfferedVariant?> OpenVariantAsync(AvailableVersion version, string kind, CancellationToken cancellationToken = default)
    {
        var path = $"/api/v1/plugins/{Uri.EscapeDataString(version.Slug)}/{Uri.EscapeDataString(version.Version.ToString())}";
        var document = await ReadAsync($"{path}/variants", RegistryJson.Default.VariantsDocument, cancellationToken);
        if (document?.Variants?.Find(variant => variant is { Offered: true, Digest: not null } && variant.Kind == kind) is not { Digest: { } digest } offered
            || await ReadAsync("/api/v1", RegistryJson.Default.RegistryIndexDocument, cancellationToken) is not { Keys: { } keys }
            || await SendAsync($"{path}/download?variant={Uri.EscapeDataString(kind)}", cancellationToken) is not { } response)
        {
            return null;
        }

        try
        {
            return new OfferedVariant(
                digest, offered.Signature?.GetRawText(), keys.Select(key => key.ToTrusted()).OfType<TrustedKey>().ToDictionary(key => key.Key.Thumbprint, StringComparer.Ordinal), new ResponseStream(response, await response.Content.ReadAsStreamAsync(cancellationToken)));
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private async Task<T?> ReadAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        using var response = await SendAsync(path, cancellationToken);
        if (response is null)
            return null;
        try
        {
            await response.Content.LoadIntoBufferAsync(cancellationToken).WaitAsync(_options.AnswerTimeLimit, _time, cancellationToken);
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            return await JsonSerializer.DeserializeAsync(body, type, cancellationToken);
        }
        catch (Exception exception) when (exception is JsonException or HttpRequestException or IOException or TimeoutException)
        {
            throw new PackageSourceUnavailableException("The registry's answer could not be read.", exception);
        }
    }

    /// <summary>The answer, or <see langword="null"/> for 404.</summary>
    private async Task<HttpResponseMessage?> SendAsync(string path, CancellationToken cancellationToken)
    {
        for (var isRepeated = false; ; isRepeated = true)
        {
            Exception? trouble;
            try
            {
                var response = await SendOnceAsync(path, cancellationToken);
                if (response.IsSuccessStatusCode)
                    return response;
                response.Dispose();
                if (response.StatusCode == HttpStatusCode.NotFound)
                    return null;
                trouble = new HttpRequestException($"The registry answered {(int)response.StatusCode}.", null, response.StatusCode);
                if ((int)response.StatusCode < 500)
                    isRepeated = true; // it would answer the same again
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or TimeoutException)
            {
                trouble = exception;
            }

            if (isRepeated)
                throw new PackageSourceUnavailableException(trouble is HttpRequestException { StatusCode: { } status }
                    ? $"The registry answered {(int)status}." : "The registry cannot be reached.", trouble);
            await Task.Delay(_options.RetryPause, _time, cancellationToken);
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(string path, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_options.AnswerTimeLimit, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return await _client.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, both.Token);
        }
        catch (OperationCanceledException exception) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The registry did not answer within {_options.AnswerTimeLimit.TotalSeconds:0} second{(_options.AnswerTimeLimit.TotalSeconds is 1 ? "" : "s")}.", exception);
        }
    }
}
