using System.Diagnostics;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Berth.Host.Dispatch;

/// <summary>
/// The response as the plugin writes it. Nothing reaches the server's response before the first byte is flushed: until
/// then a crash or a time-out leaves it untouched, and after <see cref="TryClose"/> nothing reaches it any more.
/// </summary>
internal sealed class CallResponse(HttpContext host) : IHttpResponseFeature, IHttpResponseBodyFeature
{
    private const int Open = 0;
    private const int Started = 1;
    private const int Closed = 2;

    private readonly HeaderDictionary _headers = [];
    private List<(Func<object, Task> Callback, object State)>? _starting;
    private List<(Func<object, Task> Callback, object State)>? _completed;
    private CallResponseWriter? _writer;
    private CallResponseStream? _stream;
    private CallUpgrade? _upgrade;
    private int _gate;
    private volatile bool _isOver;

    public int StatusCode
    {
        get;
        set => field = HasStarted ? throw new InvalidOperationException("The status cannot be set: the response has started.") : value;
    }
    = StatusCodes.Status200OK;

    public string? ReasonPhrase { get; set; }

    public IHeaderDictionary Headers
    {
        get => _headers;
        set => throw new NotSupportedException("The response's headers cannot be replaced; change them one by one.");
    }

    public Stream Body
    {
        get => Stream;
        set => throw new NotSupportedException("The response's body cannot be replaced here; replace IHttpResponseBodyFeature.");
    }

    public bool HasStarted => Volatile.Read(ref _gate) == Started;

    /// <summary>When the answer began; 0 before.</summary>
    public long StartedAt { get; private set; }

    public Stream Stream => _stream ??= new CallResponseStream(this);

    public PipeWriter Writer => _writer ??= new CallResponseWriter(this);

    /// <summary>Counts what was written, so that a stalled stream can be told from a slow one.</summary>
    public int Writes { get; private set; }

    /// <summary>Whether a write waits for the client: then it is not the plugin that takes its time.</summary>
    public bool IsWriting { get; private set; }

    public void OnStarting(Func<object, Task> callback, object state) => (_starting ??= []).Add((callback, state));

    public void OnCompleted(Func<object, Task> callback, object state) => (_completed ??= []).Add((callback, state));

    public void DisableBuffering() => Server().Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();

    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await CommitAsync();
        await Server().Response.StartAsync(cancellationToken);
    }

    public async Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default)
    {
        await CommitAsync();
        await FlushBufferedAsync(cancellationToken);
        await WriteAsync(server => server.Response.SendFileAsync(path, offset, count, cancellationToken));
    }

    public async Task CompleteAsync()
    {
        await FinishAsync();
        await Server().Response.CompleteAsync();
    }

    /// <summary>Switching to another protocol (a WebSocket); <see langword="null"/> when the request does not ask for it.</summary>
    public IHttpUpgradeFeature? Upgrade => host.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } server ? _upgrade ??= new CallUpgrade(this, server) : null;

    /// <summary>Hands the connection over. From then on it is not the plugin that takes its time.</summary>
    public async Task<Stream> UpgradeAsync(IHttpUpgradeFeature server)
    {
        var (connection, upgrade) = (_headers["Connection"], _headers["Upgrade"]);
        await CommitAsync();
        var response = Server().Response;
        (response.Headers["Connection"], response.Headers["Upgrade"]) = (connection, upgrade);
        IsWriting = true;
        return await server.UpgradeAsync();
    }

    /// <summary>Sends what the plugin left unsent: headers without a body, or a body it did not flush.</summary>
    public async ValueTask FinishAsync()
    {
        await CommitAsync();
        await FlushBufferedAsync(CancellationToken.None);
    }

    /// <summary>Runs the plugin's callbacks for the end of the response.</summary>
    public ValueTask RunCompletedAsync() => _completed is null ? ValueTask.CompletedTask : RunAsync(_completed);

    /// <summary>Ends the response for the plugin. Returns false when it has started, so that only an abort can end it.</summary>
    public bool TryClose()
    {
        var before = Interlocked.CompareExchange(ref _gate, Closed, Open);
        _isOver = true;
        return before != Started;
    }

    /// <summary>Writes bytes of the plugin to the server, which copies them before this returns.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await CommitAsync();
        IsWriting = true;
        try
        {
            await Server().Response.BodyWriter.WriteAsync(bytes, cancellationToken);
            Writes++;
        }
        finally
        {
            IsWriting = false;
        }
    }

    /// <summary>Flushes what the writer holds, then the server's own buffers.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await CommitAsync();
        if (_writer is { UnflushedBytes: > 0 })
            await FlushBufferedAsync(cancellationToken);
        else
            await Server().Response.BodyWriter.FlushAsync(cancellationToken);
    }

    /// <summary>Keeps the order of bytes when a plugin mixes the writer and the stream.</summary>
    public ValueTask FlushBufferedAsync(CancellationToken cancellationToken) =>
        _writer is { UnflushedBytes: > 0 } writer ? writer.SendAsync(cancellationToken) : ValueTask.CompletedTask;

    private static async ValueTask RunAsync(List<(Func<object, Task> Callback, object State)> callbacks)
    {
        // Last added runs first, as everywhere in ASP.NET Core; a callback may add another.
        while (callbacks.Count > 0)
        {
            var (callback, state) = callbacks[^1];
            callbacks.RemoveAt(callbacks.Count - 1);
            await callback(state);
        }
    }

    private async ValueTask WriteAsync(Func<HttpContext, Task> write)
    {
        IsWriting = true;
        try
        {
            await write(Server());
            Writes++;
        }
        finally
        {
            IsWriting = false;
        }
    }

    private ValueTask CommitAsync() => HasStarted ? ValueTask.CompletedTask : CommitHeadersAsync();

    private async ValueTask CommitHeadersAsync()
    {
        if (_starting is not null)
            await RunAsync(_starting);

        // The time limit closes the gate by the same exchange: one of the two wins, and the other knows.
        if (Interlocked.CompareExchange(ref _gate, Started, Open) == Closed)
            throw Over();

        StartedAt = Stopwatch.GetTimestamp();
        var response = host.Response;
        response.StatusCode = StatusCode;
        if (ReasonPhrase is not null && host.Features.Get<IHttpResponseFeature>() is { } feature)
            feature.ReasonPhrase = ReasonPhrase;
        foreach (var (name, values) in _headers)
        {
            if (name.Equals("Set-Cookie", StringComparison.OrdinalIgnoreCase))
                response.Headers.Append(name, values);
            else if (!IsOfConnection(name) && !name.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase))
                response.Headers[name] = values;
        }

        _headers.IsReadOnly = true;
    }

    // How the bytes travel is the server's business. So is which pages may read them: a call carries the user's identity,
    // and a plugin does not know what else that opens.
    private static bool IsOfConnection(string name) =>
        name.Equals("Connection", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Upgrade", StringComparison.OrdinalIgnoreCase);

    private HttpContext Server() => _isOver ? throw Over() : host;

    private static ObjectDisposedException Over() => new(nameof(HttpResponse), "This response is over; its time ran out or it was answered.");
}
