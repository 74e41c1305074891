using Berth.Worker.Broker;
using Berth.Worker.Protocol;

namespace Berth.Worker.Calls;

/// <summary>The offered programs, which the host runs for the call.</summary>
internal sealed class CallProcesses(BrokerClient broker, string call, CancellationToken ending) : IPluginProcesses
{
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken = default)
    {
        using var linked = Link(cancellationToken);
        return await broker.AskAsync($"/calls/programs?{BrokerClient.Query("call", call)}", ProtocolJson.Default.IReadOnlyListString, linked.Token);
    }

    public async Task<PluginProcessResult> RunAsync(string program, IReadOnlyList<string> arguments, ReadOnlyMemory<byte> input = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(arguments);
        WorkerProgramRun.Judge(arguments, input);
        using var linked = Link(cancellationToken);
        var end = await broker.AskAsync(
            $"/calls/processes?{BrokerClient.Query("call", call)}", new WorkerProgramRun(program, arguments, input.ToArray()), ProtocolJson.Default.WorkerProgramRun, ProtocolJson.Default.WorkerProgramEnd, linked.Token);
        return new PluginProcessResult(end.ExitCode, end.Output, end.Errors);
    }

    private CancellationTokenSource Link(CancellationToken cancellationToken)
    {
        ending.ThrowIfCancellationRequested();
        return CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, ending);
    }
}
