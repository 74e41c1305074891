namespace Berth.Host.Graph.Loading;

/// <summary>One way to go through a plan.</summary>
internal interface ILoadingStrategy
{
    /// <summary>Loads everything in the run's plan; ends when all have ended.</summary>
    Task RunAsync(LoadRun run, int atOnce);
}
