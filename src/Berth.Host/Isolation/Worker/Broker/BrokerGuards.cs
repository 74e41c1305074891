using Berth.Host.Guards;
using Berth.Host.Services;
using Berth.Worker.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Host.Isolation.Worker.Broker;

/// <summary>Asks the guards that an endpoint in a worker requires, in the host's order: those of other plugins there, its own by going back to the worker.</summary>
internal sealed class BrokerGuards(GuardRunner runner, GuardTrail trail)
{
    public async Task AskAsync(HttpContext context, WorkerSession session, OpenCall call)
    {
        var asked = await BrokerMessage.ReadAsync(context, ProtocolJson.Default.WorkerGuardRound);
        // A request asks before its endpoint runs, once: a guard that asks for guards would go round for ever.
        if (!call.TryAskGuards())
            throw new BrokerRefusedException("The guards of a call are asked once.");
        if (session.Parts is not { Guards: { } guards })
            throw new OperationCanceledException("The version is being unloaded.");
        call.Services.GetRequiredService<CallScope>().WorkerCall = call.Id;
        var gate = new GuardGate(guards, runner, trail);
        var verdict = await gate.AskAsync(call.Services, call.User, asked.Guards, new GuardedRequest(asked.Method, asked.Path, asked.Route, asked.RouteValues), call.Ending);
        await BrokerMessage.WriteAsync(
            context,
            verdict is GuardVerdict.Refused refused
                ? new WorkerOutcome(WorkerOutcomeKinds.Denied, refused.Reason) { Code = refused.Code }
                : new WorkerOutcome(WorkerOutcomeKinds.Allowed, ""),
            ProtocolJson.Default.WorkerOutcome);
    }
}
