namespace Berth.Host.Graph.Loading;

/// <summary>Level by level: what one needs lies in a level before its own, never in the same one.</summary>
internal sealed class BatchLoading : ILoadingStrategy
{
    public async Task RunAsync(LoadRun run, int atOnce)
    {
        foreach (var level in run.Plan.Levels)
            await Parallel.ForEachAsync(level, new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (load, _) => await run.LoadAsync(load));
    }
}
