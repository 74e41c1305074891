using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Berth.Host.Isolation.Worker.Forwarding;
using Berth.Worker.Protocol;

namespace Berth.Host.Isolation.Worker;

/// <summary>The host's way to one worker: one client for its endpoints, one for those with large bodies, one for everything else.</summary>
internal sealed class WorkerConnection(ListeningSocket requests, ListeningSocket control, ListeningSocket streams) : IDisposable
{
    /// <summary>Longest answer of a service or of a lifecycle call; what is longer is streamed, or is no answer.</summary>
    public const int LongestAnswer = 32 << 20;

    private const int LongestOutcome = 64 * 1024;

    private readonly HttpMessageInvoker _control = CreateInvoker(control);

    /// <summary>For the plugin's own endpoints.</summary>
    public HttpMessageInvoker Requests { get; } = CreateInvoker(requests);

    /// <summary>For those of its requests that have large bodies, over HTTP/2.</summary>
    public HttpMessageInvoker Streams { get; } = new(new FlushingHandler(CreateHandler(streams)));

    /// <summary>Asks without a message and without an answer.</summary>
    public async Task PostAsync(string path, CancellationToken cancellationToken) => (await SendAsync(path, null, null, cancellationToken)).Dispose();

    /// <summary>Tells.</summary>
    public async Task PostAsync<T>(string path, T message, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        (await SendAsync(path, new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(message, type)), null, cancellationToken)).Dispose();

    /// <summary>Asks.</summary>
    /// <param name="remedy">What to do when the answer is longer than <see cref="LongestAnswer"/>.</param>
    public async Task<TAnswer> AskAsync<TQuestion, TAnswer>(
        string path, TQuestion question, JsonTypeInfo<TQuestion> type, JsonTypeInfo<TAnswer> answer, CancellationToken cancellationToken, string? remedy = null)
    {
        using var response = await SendAsync(path, new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(question, type)), null, cancellationToken);
        return JsonSerializer.Deserialize((await ReadBoundedAsync(response, LongestAnswer, cancellationToken, remedy)).Span, answer)
            ?? throw new RemoteFailureException("the worker answered nothing.");
    }

    /// <summary>Sends, and throws what the worker answers in the place of an answer.</summary>
    /// <exception cref="RemoteFailureException">The plugin's code failed, or the worker is gone.</exception>
    public async Task<HttpResponseMessage> SendAsync(string path, HttpContent? content, Action<HttpRequestMessage>? prepare, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("http://worker" + path)) { Content = content };
        prepare?.Invoke(request);
        HttpResponseMessage response;
        try
        {
            response = await _control.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            throw new RemoteFailureException($"the worker did not answer: {exception.Message}");
        }

        if (response.StatusCode == HttpStatusCode.OK)
            return response;
        using (response)
        {
            if (!response.Headers.Contains(WorkerProtocol.OutcomeHeader))
                throw new RemoteFailureException($"the worker answered {(int)response.StatusCode}.");
            var outcome = JsonSerializer.Deserialize(await ReadBoundedAsync(response, cancellationToken), ProtocolJson.Default.WorkerOutcome);
            throw outcome?.ToException() ?? new RemoteFailureException("the worker answered nothing.");
        }
    }

    /// <summary>Reads the body of an outcome: a worker may say what it likes, and as much of it as fits here.</summary>
    public static async Task<byte[]> ReadBoundedAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        (await ReadBoundedAsync(response, LongestOutcome, cancellationToken)).ToArray();

    /// <summary>Reads a body that may have so many bytes and no more.</summary>
    public static async Task<ReadOnlyMemory<byte>> ReadBoundedAsync(HttpResponseMessage response, int longest, CancellationToken cancellationToken, string? remedy = null)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var kept = new MemoryStream();
        var block = new byte[64 * 1024];
        for (int read; (read = await body.ReadAsync(block, cancellationToken)) > 0;)
        {
            if (kept.Length + read > longest)
                throw new RemoteFailureException($"the worker answered more than {longest} bytes, the most that is read of an answer.{(remedy is null ? "" : " " + remedy)}");
            kept.Write(block, 0, read);
        }

        return kept.GetBuffer().AsMemory(0, (int)kept.Length);
    }

    public void Dispose()
    {
        Requests.Dispose();
        Streams.Dispose();
        _control.Dispose();
    }

    private static HttpMessageInvoker CreateInvoker(ListeningSocket socket) => new(CreateHandler(socket));

    private static SocketsHttpHandler CreateHandler(ListeningSocket socket)
    {
        var handler = UnixSockets.CreateHandler(socket.ConnectAsync);
        handler.EnableMultipleHttp2Connections = false;
        handler.MaxResponseHeadersLength = 64;
        handler.PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1);
        return handler;
    }
}
