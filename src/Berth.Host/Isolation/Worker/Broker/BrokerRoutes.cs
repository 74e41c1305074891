using Berth.Host.Isolation.Limits;
using Berth.Worker.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Berth.Host.Isolation.Worker.Broker;

/// <summary>What a worker can ask: one list of all paths.</summary>
internal sealed class BrokerRoutes(BrokerGuards guards, BrokerServices services, BrokerLogs logs, BrokerLimits limits, BrokerCrypto crypto, BrokerFiles files, BrokerProcesses processes, LimitTrail trail)
{
    // A document is the longest of what is read whole; lines of the log and the arguments of services may be longer.
    private const long LongestMessage = 2 << 20;

    public async Task HandleAsync(HttpContext context, WorkerSession session)
    {
        if (context.Request.Path.Value is "/calls/files")
            // As long as the plugin's limit lets it be, which is looked at while it comes.
            context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
        else if (context.Request.Path.Value is not ("/logs" or "/calls/services" or "/calls/processes"))
            context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = LongestMessage;
        // Before anything of it is read.
        if (await session.Allowance.WaitAsync(session.Find(BrokerMessage.Query(context, "call")), context.RequestAborted))
        {
            // Questions that lie behind this one in the connection go with it, unread.
            context.Response.Headers.Connection = "close";
            trail.Note(session.Id, LimitTrail.HostCalls);
        }

        switch (context.Request.Path.Value)
        {
            case "/ready":
                session.Tell(await BrokerMessage.ReadAsync(context, ProtocolJson.Default.WorkerReady));
                return;
            case "/failed":
                session.Tell(await BrokerMessage.ReadAsync(context, ProtocolJson.Default.WorkerFault));
                return;
            case "/logs":
                await logs.WriteAsync(context, session);
                return;
            case "/limits":
                await limits.NoteAsync(context, session);
                return;
            case "/background":
                if (await BrokerMessage.ReadAsync(context, ProtocolJson.Default.WorkerBackgroundLoss) is { Service.Length: > 0 } loss)
                    session.BackgroundLosses.Note(loss.Service, loss.Reason ?? "");
                return;
            case "/contracts":
                await BrokerServices.TellContractAsync(context, session);
                return;
            case "/events/publish":
                await BrokerEvents.PublishAsync(context, session);
                return;
            case "/events/subscribe":
                await BrokerEvents.SubscribeAsync(context, session);
                return;
            case "/events/unsubscribe":
                BrokerEvents.Unsubscribe(context, session);
                return;
            case "/calls/data":
                await BrokerData.AnswerAsync(context, CallOf(context, session), BrokerData.DocumentAsync);
                return;
            case "/calls/documents":
                await BrokerData.AnswerAsync(context, CallOf(context, session), BrokerData.DocumentsAsync);
                return;
            case "/calls/settings":
                await context.Response.WriteAsync(CallOf(context, session).ReadSettings(), context.RequestAborted);
                return;
            case "/calls/crypto":
                await BrokerData.AnswerAsync(context, CallOf(context, session), (answer, call) => crypto.CryptoAsync(answer, session, call));
                return;
            case "/calls/audit":
                await BrokerData.AnswerAsync(context, CallOf(context, session), (answer, call) => crypto.AuditAsync(answer, session, call));
                return;
            case "/calls/folders":
                await files.FoldersAsync(context, session, CallOf(context, session));
                return;
            case "/calls/files":
                await files.FileAsync(context, session, CallOf(context, session));
                return;
            case "/calls/files/list":
                await files.ListAsync(context, session, CallOf(context, session));
                return;
            case "/calls/programs":
                await processes.ListAsync(context, session, CallOf(context, session));
                return;
            case "/calls/processes":
                await processes.RunAsync(context, session, CallOf(context, session));
                return;
            case "/calls/guards":
                await guards.AskAsync(context, session, CallOf(context, session));
                return;
            case "/calls/services":
                await services.CallAsync(context, session, CallOf(context, session));
                return;
            case "/calls/services/find":
                await services.FindAsync(context, session, CallOf(context, session));
                return;
            case "/calls/services/candidates":
                await services.CandidatesAsync(context, session, CallOf(context, session));
                return;
            case var path:
                throw new BrokerRefusedException($"This host does not know '{path}'.");
        }
    }

    private static OpenCall CallOf(HttpContext context, WorkerSession session) =>
        session.Find(BrokerMessage.Query(context, "call")) is { Ending.IsCancellationRequested: false } call
            ? call
            : throw new OperationCanceledException("The call is over.");
}
