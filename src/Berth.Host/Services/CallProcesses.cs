using Berth.Worker.Protocol;

namespace Berth.Host.Services;

/// <summary>The offered programs for one call, behind the capability; what runs ends with the call.</summary>
internal sealed class CallProcesses(PluginContext plugin, IUserScope user, HostOffers offers, CancellationToken ending) : IPluginProcesses
{
    public Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken = default)
    {
        offers.Used.Use(Capabilities.SpawnChild, plugin, user);
        ending.ThrowIfCancellationRequested();
        return Task.FromResult(offers.Programs.Names);
    }

    public async Task<PluginProcessResult> RunAsync(string program, IReadOnlyList<string> arguments, ReadOnlyMemory<byte> input = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(arguments);
        WorkerProgramRun.Judge(arguments, input);
        offers.Used.Use(Capabilities.SpawnChild, plugin, user);
        ending.ThrowIfCancellationRequested();
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, ending);
        return await offers.Programs.RunAsync(plugin, program, [.. arguments], input, linked.Token);
    }
}
