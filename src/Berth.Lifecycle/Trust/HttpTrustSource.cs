using System.Net;
using System.Net.Http.Headers;
using Berth.Lifecycle.Store;

namespace Berth.Lifecycle.Trust;

/// <summary>Decisions of a registry over HTTP. Asked often and answered with 304 mostly; a round that fails is left out.</summary>
internal sealed class HttpTrustSource : ITrustSource
{
    private const string Path = "/api/v1/trust/quarantines";
    private static readonly Task Never = new TaskCompletionSource().Task;
    private readonly HttpClient _client;
    private readonly HttpPackageSourceOptions _options;
    private readonly TimeProvider _time;

    public HttpTrustSource(HttpClient client, HttpPackageSourceOptions options, TimeProvider time)
    {
        (_client, _options, _time) = (client, options, time);
        client.Timeout = Timeout.InfiniteTimeSpan; // ours, by the given clock
        client.BaseAddress = options.Registry;
        client.MaxResponseContentBufferSize = 32 * 1024 * 1024;
        if (options.Token is { Length: > 0 } token)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public Task NextChangeAsync() => Never;

    public async Task<TrustDocument?> ReadAsync(string? etag, CancellationToken cancellationToken = default)
    {
        using var limit = new CancellationTokenSource(_options.AnswerTimeLimit, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Path, UriKind.Relative));
        if (etag is not null)
            request.Headers.TryAddWithoutValidation("If-None-Match", etag);
        try
        {
            using var response = await _client.SendAsync(request, both.Token);
            if (response.StatusCode == HttpStatusCode.NotModified)
                return null;
            // An older registry has no such address: it quarantines whole plugins by their level only.
            if (response.StatusCode == HttpStatusCode.NotFound)
                return null;
            if (!response.IsSuccessStatusCode)
                throw new PackageSourceUnavailableException($"The registry answered {(int)response.StatusCode}.");
            return new TrustDocument(await response.Content.ReadAsStringAsync(both.Token), response.Headers.ETag?.ToString() ?? "");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new PackageSourceUnavailableException("The registry cannot be reached.", exception);
        }
    }
}
