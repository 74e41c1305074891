using System.Net;
using System.Net.Http.Headers;

namespace Berth.Registry.Mirroring.Upstream;

/// <summary>Asks the upstream registry. Redirects are not followed: what was configured is what is asked.</summary>
internal sealed class UpstreamClient : IDisposable
{
    private const int MostAnswerBytes = 32 * 1024 * 1024;
    private readonly HttpClient _http;
    private readonly UpstreamOptions _options;

    public UpstreamClient(UpstreamOptions options)
    {
        _options = options;
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, AutomaticDecompression = DecompressionMethods.All, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            BaseAddress = options.Address,
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MostAnswerBytes,
        };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("berth-mirror/1");
        if (options.Token is { Length: > 0 } token)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>What it says of all versions of a plugin; <see langword="null"/> when it has none.</summary>
    /// <exception cref="UpstreamAwayException">It does not answer, or not with a registry's answer.</exception>
    public async Task<string?> VersionsAsync(string slug, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(_options.AnswerTimeLimit);
        try
        {
            using var response = await _http.GetAsync($"api/v1/plugins/{Uri.EscapeDataString(slug)}/versions", limited.Token);
            if (response.StatusCode == HttpStatusCode.NotFound)
                return null;
            return response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync(limited.Token) : throw Away(response.StatusCode);
        }
        catch (Exception exception) when (IsAway(exception, cancellationToken))
        {
            throw new UpstreamAwayException("The upstream registry does not answer.", exception);
        }
    }

    /// <summary>Gives the bytes of a package to a reader, who judges how long they may take.</summary>
    /// <exception cref="UpstreamAwayException">It does not answer.</exception>
    public async Task<T> DownloadAsync<T>(string slug, string version, Func<Stream, Task<T>> read, CancellationToken cancellationToken)
    {
        using var response = await BeginAsync($"api/v1/plugins/{Uri.EscapeDataString(slug)}/{Uri.EscapeDataString(version)}/download", cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw Away(response.StatusCode);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        return await read(body);
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> BeginAsync(string address, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(_options.AnswerTimeLimit);
        try
        {
            return await _http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, limited.Token);
        }
        catch (Exception exception) when (IsAway(exception, cancellationToken))
        {
            throw new UpstreamAwayException("The upstream registry does not answer.", exception);
        }
    }

    private static UpstreamAwayException Away(HttpStatusCode status) => new($"The upstream registry answered {(int)status}.");

    private static bool IsAway(Exception exception, CancellationToken cancellationToken) =>
        exception is HttpRequestException or IOException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);
}

/// <summary>The upstream registry does not answer.</summary>
public sealed class UpstreamAwayException(string message, Exception? inner = null) : Exception(message, inner);
