using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Berth.Worker.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Berth.Host.Isolation.Worker.Broker;

/// <summary>
/// Where workers call their host: a Unix socket that only answers to a worker's secret. Made with the first worker. What it
/// refuses travels as an outcome, what fails in the host as a failure without its details.
/// </summary>
internal sealed partial class WorkerBroker(WorkerRunFolder folder, BrokerRoutes routes, ILogger<WorkerBroker> logger) : IAsyncDisposable
{
    /// <summary>What no message may be longer than.</summary>
    public const long LongestMessage = 16 << 20;

    private static readonly TimeSpan StrangersPause = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<string, WorkerSession> _sessions = new(StringComparer.Ordinal);
    private readonly BrokerPeers _peers = new();
    private readonly SemaphoreSlim _starting = new(1);
    private WebApplication? _server;

    /// <summary>Makes a session known.</summary>
    /// <returns>The worker's secret.</returns>
    public async Task<string> OpenAsync(WorkerSession session, CancellationToken cancellationToken)
    {
        await StartAsync(cancellationToken);
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        _sessions[token] = session;
        return token;
    }

    /// <summary>Forgets a session: the worker gets no answer any more.</summary>
    public void Close(string token)
    {
        if (_sessions.TryRemove(token, out var session))
            session.End();
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _starting.Dispose();
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _server) is not null)
            return;
        await _starting.WaitAsync(cancellationToken);
        try
        {
            if (_server is null)
                Volatile.Write(ref _server, await CreateAsync());
        }
        finally
        {
            _starting.Release();
        }
    }

    private async Task<WebApplication> CreateAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LongestMessage;
            kestrel.Limits.MaxConcurrentConnections = 4096;
            // What a worker sends ahead waits in its socket and not in the host's memory.
            kestrel.Limits.MaxRequestBufferSize = 64 * 1024;
            kestrel.ListenUnixSocket(folder.Broker, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(_peers.Bound);
            });
        });
        var server = builder.Build();
        server.Run(HandleAsync);
        // Its threads and timers are the host's: not of the plugin whose worker was the first to need it.
        await Services.ForeignCode.RunAsync(() => server.StartAsync());
        // Any user's worker may connect; without a secret nobody gets an answer.
        File.SetUnixFileMode(folder.Broker, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        return server;
    }

    private async Task HandleAsync(HttpContext context)
    {
        if (!_sessions.TryGetValue(context.Request.Headers[WorkerProtocol.TokenHeader].ToString(), out var session))
        {
            await RefuseStrangerAsync(context);
            return;
        }

        try
        {
            await routes.HandleAsync(context, session);
        }
        catch (Exception exception)
        {
            await RefuseAsync(context, session, exception);
        }
    }

    // A moment later, so that whoever goes on asking waits more than the host works; its connections are counted.
    private static async Task RefuseStrangerAsync(HttpContext context)
    {
        try
        {
            await Task.Delay(StrangersPause, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
    }

    private async Task RefuseAsync(HttpContext context, WorkerSession session, Exception exception)
    {
        if (context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
        {
            context.Abort();
            return;
        }

        var outcome = OutcomeMapping.Of(exception);
        if (string.Equals(outcome.Kind, WorkerOutcomeKinds.Failed, StringComparison.Ordinal) && exception is not (BrokerRefusedException or Microsoft.AspNetCore.Http.BadHttpRequestException))
        {
            LogFailed(exception, session.Id, context.Request.Path.Value ?? "");
            outcome = new WorkerOutcome(WorkerOutcomeKinds.Failed, "the host failed. Its log says why.");
        }
        else if (exception is BrokerRefusedException or Microsoft.AspNetCore.Http.BadHttpRequestException)
        {
            outcome = new WorkerOutcome(WorkerOutcomeKinds.Failed, exception.Message);
        }

        context.Response.StatusCode = StatusCodes.Status409Conflict;
        context.Response.Headers[WorkerProtocol.OutcomeHeader] = outcome.Kind;
        var body = JsonSerializer.SerializeToUtf8Bytes(outcome, ProtocolJson.Default.WorkerOutcome);
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, CancellationToken.None);
    }

    [LoggerMessage(1701, LogLevel.Error, "The host failed to answer the worker of {Plugin} at {Path}")]
    private partial void LogFailed(Exception exception, PluginVersionId plugin, string path);
}

/// <summary>A worker asked for what it cannot have; the message is for the plugin's author.</summary>
internal sealed class BrokerRefusedException(string message) : Exception(message);
