namespace Berth.Host.Graph.Loading;

/// <summary>One after another, in the order of the plan.</summary>
internal sealed class SequentialLoading : ILoadingStrategy
{
    public async Task RunAsync(LoadRun run, int atOnce)
    {
        foreach (var load in run.Plan.Start)
            await run.LoadAsync(load);
    }
}
