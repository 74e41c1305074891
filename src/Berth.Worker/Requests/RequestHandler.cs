using System.Diagnostics;
using System.Security.Claims;
using System.Text.Json;
using Berth.Worker.Broker;
using Berth.Worker.Calls;
using Berth.Worker.Loading;
using Berth.Worker.Protocol;
using Berth.Worker.Transport;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Worker.Requests;

/// <summary>A request that the host forwards: who calls → the plugin's pipeline → its answer, or an outcome in its place.</summary>
internal sealed class RequestHandler(LoadedPlugin plugin, BrokerClient broker)
{
    private readonly CallPace _pace = new();

    public Task HandleAsync(HttpContext context)
    {
        if (context.Features.Get<ThreadedConnection>() is not { } connection)
            return AnswerAsync(context);
        if (!_pace.IsInline || WaitsForItsConnection(context))
            return AnswerOnPoolAsync(context);

        var began = Stopwatch.GetTimestamp();
        connection.Enter();
        var answer = AnswerAsync(context);
        connection.Leave();
        _pace.Note(Stopwatch.GetElapsedTime(began));
        return answer;
    }

    // Who reads what the connection's own thread has to receive first must not hold that thread.
    private static bool WaitsForItsConnection(HttpContext context) =>
        context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: false }
        || context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true };

    private async Task AnswerOnPoolAsync(HttpContext context)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var began = Stopwatch.GetTimestamp();
        var answer = AnswerAsync(context);
        _pace.Note(Stopwatch.GetElapsedTime(began));
        await answer;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        try
        {
            await using var scope = plugin.Provider.CreateAsyncScope();
            var call = scope.ServiceProvider.GetRequiredService<WorkerCall>();
            Enter(context, call);
            if (plugin.WantsSettings)
                call.SettingsJson = await CallSettings.FetchAsync(broker, call);
            context.RequestServices = scope.ServiceProvider;
            plugin.Requests[call.Id] = scope.ServiceProvider;
            try
            {
                await plugin.Endpoints(context);
            }
            finally
            {
                plugin.Requests.TryRemove(call.Id, out _);
            }
        }
        catch (Exception exception)
        {
            await EndAsync(context, exception);
        }
    }

    /// <summary>Writes an outcome in the place of an answer.</summary>
    public static async Task WriteAsync(HttpContext context, WorkerOutcome outcome)
    {
        context.Response.Clear();
        context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        context.Response.Headers[WorkerProtocol.OutcomeHeader] = outcome.Kind;
        var body = JsonSerializer.SerializeToUtf8Bytes(outcome, ProtocolJson.Default.WorkerOutcome);
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, CancellationToken.None);
    }

    private static void Enter(HttpContext context, WorkerCall call)
    {
        var headers = context.Request.Headers;
        var user = UserHeader.Decode(headers[WorkerProtocol.UserHeader].ToString());
        call.Enter(headers[WorkerProtocol.CallHeader].ToString(), user, context.RequestAborted);
        context.Request.PathBase = headers[WorkerProtocol.PathBaseHeader].ToString();
        context.Request.Scheme = headers[WorkerProtocol.SchemeHeader].ToString();
        headers.Remove(WorkerProtocol.SchemeHeader);
        headers.Remove(WorkerProtocol.UserHeader);
        headers.Remove(WorkerProtocol.CallHeader);
        headers.Remove(WorkerProtocol.PathBaseHeader);
        context.User = new ClaimsPrincipal(new ClaimsIdentity(
            [new(ClaimTypes.NameIdentifier, user.Id), new(ClaimTypes.Name, user.Name), .. user.Roles.Select(role => new Claim(ClaimTypes.Role, role))],
            "Berth"));
    }

    private static async Task EndAsync(HttpContext context, Exception exception)
    {
        // Half an answer cannot be taken back: the connection tells that it is not a whole one.
        if (context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
        {
            context.Abort();
            return;
        }

        await WriteAsync(context, exception switch
        {
            OutcomeException ended => ended.Outcome,
            BadHttpRequestException bad => new WorkerOutcome(WorkerOutcomeKinds.BadRequest, bad.Message) { Status = bad.StatusCode },
            _ => OutcomeMapping.Of(exception),
        });
    }
}
