using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Berth.Worker.Protocol;

namespace Berth.Worker.Broker;

/// <summary>The worker's way to its host: HTTP over the host's Unix socket.</summary>
internal sealed class BrokerClient : IDisposable
{
    private static readonly MediaTypeHeaderValue JsonType = new("application/json");

    private readonly HttpMessageInvoker _http;
    private readonly string _token;

    public BrokerClient(WorkerHello hello)
    {
        _token = hello.Token;
        var handler = UnixSockets.CreateHandler(hello.Broker);
        // More wait here; the host breaks off what is twice as many.
        handler.MaxConnectionsPerServer = 128;
        _http = new HttpMessageInvoker(handler);
    }

    /// <summary>The request's part of a URL for one named value.</summary>
    public static string Query(string name, string value) => $"{name}={Uri.EscapeDataString(value)}";

    public async Task PostAsync<T>(string path, T message, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        (await SendAsync(HttpMethod.Post, path, Json(message, type), cancellationToken)).Dispose();

    public async Task<TAnswer> AskAsync<TQuestion, TAnswer>(string path, TQuestion question, JsonTypeInfo<TQuestion> type, JsonTypeInfo<TAnswer> answer, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Post, path, Json(question, type), cancellationToken);
        return JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(cancellationToken), answer)!;
    }

    public async Task<TAnswer> AskAsync<TAnswer>(string path, JsonTypeInfo<TAnswer> answer, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, cancellationToken);
        return JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(cancellationToken), answer)!;
    }

    /// <summary>Sends and hands the answer out; what the host refuses is thrown by <see cref="OutcomeMapping"/>.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri("http://host" + path)) { Content = content };
        request.Headers.TryAddWithoutValidation(WorkerProtocol.TokenHeader, _token);
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            throw new RemoteFailureException($"the host did not answer: {exception.Message}");
        }

        if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.NoContent or HttpStatusCode.NotFound && !response.Headers.Contains(WorkerProtocol.OutcomeHeader))
            return response;
        using (response)
            throw await ReadFailureAsync(response, cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private static async Task<Exception> ReadFailureAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!response.Headers.Contains(WorkerProtocol.OutcomeHeader))
            return new RemoteFailureException($"the host answered {(int)response.StatusCode}.");
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return JsonSerializer.Deserialize(body, ProtocolJson.Default.WorkerOutcome)!.ToException();
    }

    private static ByteArrayContent Json<T>(T message, JsonTypeInfo<T> type)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(message, type));
        content.Headers.ContentType = JsonType;
        return content;
    }
}
