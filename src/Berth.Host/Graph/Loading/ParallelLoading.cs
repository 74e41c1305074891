namespace Berth.Host.Graph.Loading;

/// <summary>Each as soon as what it needs has ended. Only who can go on takes a turn, so nobody waits for a turn that a waiting one holds.</summary>
internal sealed class ParallelLoading : ILoadingStrategy
{
    public async Task RunAsync(LoadRun run, int atOnce)
    {
        using var turns = new SemaphoreSlim(atOnce);
        await Task.WhenAll(run.Plan.Start.Select(async load =>
        {
            await run.NeedsOfAsync(load);
            await turns.WaitAsync();
            try
            {
                await run.LoadAsync(load);
            }
            finally
            {
                turns.Release();
            }
        }));
    }
}
