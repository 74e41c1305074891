using System.Runtime.InteropServices;
using Berth.Host.Services;
using Berth.Worker.Protocol;
using Microsoft.AspNetCore.Http;

namespace Berth.Host.Isolation.Worker.Broker;

/// <summary>The offered programs. The same checks as in process, made here; a program is the host's child and never the worker's.</summary>
internal sealed class BrokerProcesses(HostOffers offers)
{
    public async Task ListAsync(HttpContext context, WorkerSession session, OpenCall call) =>
        await BrokerMessage.WriteAsync(context, await Of(session, call).ListAsync(context.RequestAborted), ProtocolJson.Default.IReadOnlyListString);

    public async Task RunAsync(HttpContext context, WorkerSession session, OpenCall call) => await BrokerFiles.AnswerAsync(async () =>
    {
        // Before anything of it is read.
        using var place = await session.Allowance.BeginProgramAsync(context.RequestAborted);
        var run = await BrokerMessage.ReadAsync(context, ProtocolJson.Default.WorkerProgramRun);
        var end = await Of(session, call).RunAsync(run.Program ?? "", run.Arguments ?? [], run.Input, context.RequestAborted);
        var output = MemoryMarshal.TryGetArray(end.Output, out var whole) && whole.Count == whole.Array!.Length ? whole.Array : end.Output.ToArray();
        await BrokerMessage.WriteAsync(context, new WorkerProgramEnd(end.ExitCode, output, end.Errors), ProtocolJson.Default.WorkerProgramEnd);
    });

    private CallProcesses Of(WorkerSession session, OpenCall call) => new(BrokerCrypto.ContextOf(session), call.User, offers, call.Ending);
}
