namespace Berth.Registry.Search;

/// <summary>What answers searches.</summary>
public enum SearchEngineChoice
{
    /// <summary>The index in memory, or the database where there are more listings at the start than <see cref="SearchOptions.MostInMemory"/>.</summary>
    Auto,

    /// <summary>An index of all listings in the memory of every node.</summary>
    Memory,

    /// <summary>The database's own text search; no index in memory.</summary>
    Database,
}
