using System.Collections.Concurrent;
using Berth.Lifecycle.Operations;
using Berth.Server.Apis;

namespace Berth.Server.Events;

/// <summary>
/// Operations whose caller does not wait (<c>Prefer: respond-async</c>, RFC 7240): they go on when the client goes away,
/// and a server that stops waits for them as it waits for requests.
/// </summary>
internal sealed class BackgroundOperations : IHostedService, IDisposable
{
    private readonly ConcurrentDictionary<Task, byte> _running = new();
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Whether the request asks not to wait.</summary>
    public static bool IsPreferred(HttpRequest request) => request.Headers["Prefer"] is { Count: > 0 } preferences && preferences
        .SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries))
        .Any(preference => preference.Equals("respond-async", StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// Runs an operation, or starts it when the caller does not want to wait: then the answer is 202 as soon as the journal
    /// has it. What is refused before it begins is answered at once either way.
    /// </summary>
    public async Task<IResult> RunAsync(
        HttpContext context, bool isDryRun, Func<OperationCaller, CancellationToken, Task<OperationOutcome>> run, Func<OperationOutcome, IResult> shown)
    {
        var caller = context.Caller().ForOperations(context);
        if (isDryRun || !IsPreferred(context.Request))
            return shown(await run(caller, context.RequestAborted));

        var ticket = new OperationTicket();
        var running = Task.Run(() => run(caller with { Ticket = ticket }, _stopping.Token));
        _running.TryAdd(running, 0);
        _ = running.ContinueWith(ended => _running.TryRemove(ended, out _), TaskScheduler.Default);
        if (await Task.WhenAny(running, ticket.Begun) == running && await running is not OperationOutcome.Done)
            return shown(await running);
        return Accepted(context, ticket.Id);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var all = Task.WhenAll(_running.Keys);
        await Task.WhenAny(all, Task.Delay(Timeout.Infinite, cancellationToken));
        // What does not end in time is cancelled and undone, like a request whose client went away.
        await _stopping.CancelAsync();
        await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _stopping.Dispose();

    private static IResult Accepted(HttpContext context, string id)
    {
        var location = $"{context.Request.PathBase}{InstallationsApi.Prefixes[0]}/operations/{id}";
        context.Response.Headers["Preference-Applied"] = "respond-async";
        context.Response.Headers.Location = location;
        return Results.Json(
            new { status = "accepted", message = "The operation runs; its address tells how far it is.", operation_id = id, data = new { operation_id = id, location } },
            BerthJson.Options, statusCode: StatusCodes.Status202Accepted);
    }
}
