using Berth.Host.Services;
using Berth.Worker.Protocol;
using Microsoft.AspNetCore.Http;

namespace Berth.Host.Isolation.Worker.Broker;

/// <summary>The keys and the audit of a call's user. The same checks as in process, made here: what the worker believes does not count.</summary>
internal sealed class BrokerCrypto(UsedCapabilities used)
{
    public async Task CryptoAsync(HttpContext context, WorkerSession session, OpenCall call)
    {
        var question = await BrokerMessage.ReadAsync(context, ProtocolJson.Default.WorkerCryptoQuestion);
        var crypto = new CallCrypto(ContextOf(session), call.User, used, call.Ending);
        var answer = question.Work switch
        {
            WorkerCryptoQuestion.Seal => new WorkerCryptoAnswer(await crypto.SealAsync(question.Text ?? "", context.RequestAborted), IsGood: true),
            WorkerCryptoQuestion.Open => new WorkerCryptoAnswer(await crypto.OpenAsync(question.Text ?? "", context.RequestAborted), IsGood: true),
            WorkerCryptoQuestion.Sign => new WorkerCryptoAnswer(await crypto.SignAsync(question.Data ?? [], context.RequestAborted), IsGood: true),
            WorkerCryptoQuestion.Verify => new WorkerCryptoAnswer(null, await crypto.VerifyAsync(question.Data ?? [], question.Text ?? "", context.RequestAborted)),
            _ => throw new BrokerRefusedException($"Keys do not '{question.Work}'."),
        };
        await BrokerMessage.WriteAsync(context, answer, ProtocolJson.Default.WorkerCryptoAnswer);
    }

    public async Task AuditAsync(HttpContext context, WorkerSession session, OpenCall call)
    {
        long? before = BrokerMessage.Query(context, "before").Length == 0 ? null : BrokerMessage.Number(context, "before");
        var limit = (int)Math.Clamp(BrokerMessage.Number(context, "limit"), int.MinValue, int.MaxValue);
        var rows = await new CallAudit(ContextOf(session), call.User, used, call.Ending).ListAsync(before, limit, context.RequestAborted);
        await BrokerMessage.WriteAsync(context, rows, ProtocolJson.Default.IReadOnlyListPluginAuditEntry);
    }

    /// <summary>The host's side of the plugin that a worker runs.</summary>
    public static PluginContext ContextOf(WorkerSession session) => session.Parts?.Context ?? throw new BrokerRefusedException("The plugin is not configured yet.");
}
