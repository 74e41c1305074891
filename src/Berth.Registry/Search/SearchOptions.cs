namespace Berth.Registry.Search;

/// <summary>How the catalogue is searched.</summary>
public sealed class SearchOptions
{
    /// <summary>What answers searches.</summary>
    public SearchEngineChoice Engine { get; init; } = SearchEngineChoice.Auto;

    /// <summary>Listings up to which <see cref="SearchEngineChoice.Auto"/> takes the index in memory; about 1.8 KB each.</summary>
    public int MostInMemory { get; init; } = 200_000;
}
