namespace Berth.Host.Graph.Loading;

/// <summary>Loads many versions, each after what it needs.</summary>
public interface IInstanceLoader
{
    /// <summary>
    /// Brings up the versions asked for and everything they need. Before: any of them may run already. After: what can run
    /// runs, each version started after those that it needs. What cannot run is told with all its reasons, and has kept from
    /// running only what needs it. Never throws for what a plugin does.
    /// </summary>
    /// <param name="wanted">The versions; what they need is found in the store.</param>
    /// <param name="strategy">The way to do it; <see langword="null"/> chooses by count, depth and isolation.</param>
    /// <param name="cancellationToken">Starts no further loads; those on their way go on.</param>
    Task<LoadManyOutcome> LoadAsync(
        IReadOnlyCollection<PluginVersionId> wanted, LoadingStrategy? strategy = null, CancellationToken cancellationToken = default);
}

/// <summary>The ways to load many.</summary>
public enum LoadingStrategy
{
    /// <summary>One after another.</summary>
    Sequential,

    /// <summary>Each as soon as what it needs runs, several at once.</summary>
    Parallel,

    /// <summary>Level by level of the graph, several of one level at once.</summary>
    Batch,
}
