using Berth.Host.Services;
using Berth.Worker.Protocol;

namespace Berth.Host.Isolation.Worker.StandIns;

/// <summary>In the place of a guard of the plugin's code: one question, one answer.</summary>
internal sealed class RemoteGuard(string name, WorkerSession session, WorkerConnection connection, CallScope scope, IServiceProvider services) : IGuard
{
    public async ValueTask<GuardDecision> DecideAsync(GuardContext context, CancellationToken cancellationToken)
    {
        using var call = session.Open(scope.Entered, services, cancellationToken);
        var question = new WorkerGuardQuestion
        {
            Call = scope.WorkerCall ?? call.Id,
            User = call.Message,
            Plugin = context.Plugin,
            PluginVersion = context.PluginVersion,
            Method = context.Method,
            Path = context.Path,
            Route = context.Route,
            RouteValues = context.RouteValues,
            Capabilities = [.. context.Capabilities],
        };
        var answer = await connection.AskAsync($"/guards?name={Uri.EscapeDataString(name)}", question, ProtocolJson.Default.WorkerGuardQuestion, ProtocolJson.Default.WorkerGuardAnswer, cancellationToken);
        // Null is no decision, as from a guard in process.
        return answer.IsAllowed is { } isAllowed ? new GuardDecision(isAllowed, answer.Reason) : null!;
    }
}
