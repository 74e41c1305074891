using System.Globalization;
using System.Text;

namespace Berth.Server.Events;

/// <summary>
/// Writes an event stream (WHATWG HTML, section 9.2). Ends when the client goes away, when the server stops, or when the
/// caller's right to it is gone: whoever writes asks <see cref="IsPermittedAsync"/>.
/// </summary>
internal sealed class ServerSentEvents : IDisposable
{
    /// <summary>How often a line is sent when nothing happens, so that proxies and readers see that the stream lives.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private readonly HttpContext _context;
    private readonly Auth.Caller _caller;
    private readonly Auth.ICallerResolver _callers;
    private readonly CancellationTokenSource _ended;

    public ServerSentEvents(HttpContext context)
    {
        var services = context.RequestServices;
        (_context, _caller, _callers) = (context, Apis.EndpointPolicies.Caller(context), services.GetRequiredService<Auth.ICallerResolver>());
        _ended = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted, services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
    }

    /// <summary>Cancelled when the stream is over.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>What the reader has seen last, from its header or, where a header cannot be sent, from the query.</summary>
    public static string? LastEventId(HttpRequest request) =>
        request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } header ? header
        : request.Query["last_event_id"].ToString() is { Length: > 0 } query ? query
        : null;

    /// <summary>Whether the request asks for a stream.</summary>
    public static bool IsWanted(HttpRequest request) =>
        request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase);

    public async Task StartAsync()
    {
        var response = _context.Response;
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        await CommentAsync("connected");
        await FlushAsync();
    }

    public Task CommentAsync(string text) => WriteAsync($": {text}\n\n");

    /// <summary>Tells that the stream lives and, where it is known, up to where the reader may resume.</summary>
    public Task HeartbeatAsync(long? position = null) => WriteAsync(
        position is { } id ? string.Create(CultureInfo.InvariantCulture, $": heartbeat\nid: {id}\n\n") : ": heartbeat\n\n");

    /// <summary>One event. The data has no line end: JSON on one line.</summary>
    public Task EventAsync(string? name, string? id, string data) =>
        WriteAsync($"{(name is null ? "" : $"event: {name}\n")}{(id is null ? "" : $"id: {id}\n")}data: {data}\n\n");

    public Task FlushAsync() => _context.Response.Body.FlushAsync(Ended);

    /// <summary>Whether the token that the stream was opened with still stands. No database once warm.</summary>
    public async Task<bool> IsPermittedAsync() =>
        await _callers.ResolveAsync(_context) is { } now
        && string.Equals(now.ActorId, _caller.ActorId, StringComparison.Ordinal)
        && now.IsAdministrator == _caller.IsAdministrator;

    public void Dispose() => _ended.Dispose();

    private async Task WriteAsync(string text) => await _context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), Ended);
}
