using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Berth.Cli.Output;

namespace Berth.Cli.Http;

/// <summary>Requests to one server. Every failure leaves as a <see cref="CommandFailedException"/> with its exit code.</summary>
/// <param name="http">The client; its own timeout is off.</param>
/// <param name="server">The server's address, without a closing slash.</param>
/// <param name="token">The bearer token, if there is one.</param>
/// <param name="actFor">The user an administrator acts for, if any.</param>
/// <param name="timeout">The longest wait for one answer.</param>
internal sealed class ApiConnection(HttpClient http, Uri server, string? token, string? actFor, TimeSpan timeout)
{
    /// <summary>The server's address.</summary>
    public Uri Server => server;

    /// <summary>The same as text, without a closing slash.</summary>
    public string Address { get; } = server.AbsoluteUri.TrimEnd('/');

    /// <summary>Reads JSON.</summary>
    public Task<T> GetAsync<T>(string path, CancellationToken cancellationToken) => SendAsync<T>(HttpMethod.Get, path, null, cancellationToken);

    /// <summary>Sends JSON, reads JSON.</summary>
    public Task<T> SendAsync<T>(HttpMethod method, string path, object? body, CancellationToken cancellationToken) =>
        SendOnceKeyedAsync<T>(key => Request(method, path, body, key), method, cancellationToken);

    /// <summary>Sends what is made for each try, reads JSON.</summary>
    public Task<T> SendContentAsync<T>(HttpMethod method, string path, Func<HttpContent> body, CancellationToken cancellationToken) => SendOnceKeyedAsync<T>(
        key =>
        {
            var request = Request(method, path, idempotencyKey: key);
            request.Content = body();
            return request;
        },
        method, cancellationToken);

    private async Task<T> SendOnceKeyedAsync<T>(Func<string?, HttpRequestMessage> create, HttpMethod method, CancellationToken cancellationToken)
    {
        // One key for all tries of one request, so that a second try can't do it twice.
        var key = method == HttpMethod.Post ? Guid.NewGuid().ToString("N") : null;
        using var response = await SendAsync(() => create(key), HttpCompletionOption.ResponseContentRead, cancellationToken);
        try
        {
            return await response.Content.ReadFromJsonAsync<T>(WireJson.Options, cancellationToken)
                ?? throw new JsonException("the body is null");
        }
        catch (Exception problem) when (problem is JsonException or NotSupportedException)
        {
            throw new CommandFailedException(
                ExitCode.Failed, "client.answer.unreadable", $"{Address} answered something else than expected: {problem.Message}",
                "Is this address a Berth server of this version? See `berth version`.", inner: problem);
        }
    }

    /// <summary>Sends JSON; the answer's body is of no interest.</summary>
    public async Task SendAsync(HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(() => Request(method, path, body), HttpCompletionOption.ResponseContentRead, cancellationToken);
    }

    /// <summary>A request for a path below the server's address, as the caller.</summary>
    public HttpRequestMessage Request(HttpMethod method, string path, object? body = null, string? idempotencyKey = null)
    {
        var request = new HttpRequestMessage(method, new Uri(Address + path))
        {
            Content = body is null ? null : JsonContent.Create(body, body.GetType(), options: WireJson.Options),
        };
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.Accept.ParseAdd("application/problem+json");
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        if (actFor is not null)
        {
            request.Headers.Add("Berth-User", actFor);
        }

        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        return request;
    }

    /// <summary>
    /// Sends a request and returns the answer when it is a success. The timeout ends with what <paramref name="completion"/> waits for.
    /// When the server asks to wait (429 with Retry-After), waits once, no longer than the timeout, and asks again.
    /// </summary>
    /// <exception cref="CommandFailedException">Any other outcome.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        Func<HttpRequestMessage> create, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        for (var waited = false; ; waited = true)
        {
            var response = await SendOnceAsync(create, completion, cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                if (response.StatusCode == HttpStatusCode.TooManyRequests && !waited
                    && FailureMap.RetryAfter(response, DateTimeOffset.UtcNow) is { } wait && wait <= timeout)
                {
                    await Task.Delay(wait, cancellationToken);
                    continue;
                }

                throw FailureMap.Of(response, await Problem.ReadAsync(response, cancellationToken));
            }
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(
        Func<HttpRequestMessage> create, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(timeout);
        using var request = create();
        try
        {
            return await http.SendAsync(request, completion, limited.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CommandFailedException(
                ExitCode.Unreachable, "client.timeout", $"{Address} did not answer within {timeout.TotalSeconds:0.###} s.",
                "Allow more with --timeout, and look at `berth status` before you repeat a change: it may have been done.");
        }
        catch (HttpRequestException problem)
        {
            throw new CommandFailedException(
                ExitCode.Unreachable, "client.unreachable", $"{Address} cannot be reached: {problem.Message}",
                "Start a server with `berth serve`, or name another with --server or BERTH_SERVER.", inner: problem);
        }
    }
}
