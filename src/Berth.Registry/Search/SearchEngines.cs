using Berth.Data.Migrations;
using Berth.Data.Sessions;
using Berth.Registry.Search.Database;
using Microsoft.Extensions.Logging;

namespace Berth.Registry.Search;

/// <summary>Chooses the engine at the first search or when the server has started, whichever comes first; it stays until the process ends.</summary>
internal sealed partial class SearchEngines(
    IDatabase database, SearchOptions options, SearchState state, MemoryEngine memory, DatabaseEngine ownSearch, ILogger<SearchEngines> logger) : IDisposable
{
    private readonly SemaphoreSlim _choosing = new(1);
    private volatile ISearchEngine? _current;

    /// <summary>The engine in force; <see langword="null"/> before it was chosen.</summary>
    public SearchEngineChoice? Chosen => _current switch
    {
        null => null,
        DatabaseEngine => SearchEngineChoice.Database,
        _ => SearchEngineChoice.Memory,
    };

    /// <summary>The engine in force.</summary>
    public ValueTask<ISearchEngine> CurrentAsync(CancellationToken cancellationToken) =>
        _current is { } current ? ValueTask.FromResult(current) : new ValueTask<ISearchEngine>(ChooseAsync(cancellationToken));

    public void Dispose() => _choosing.Dispose();

    private async Task<ISearchEngine> ChooseAsync(CancellationToken cancellationToken)
    {
        await _choosing.WaitAsync(cancellationToken);
        try
        {
            if (_current is { } chosen)
                return chosen;
            var listings = await database.ReadAsync(session => session.ScalarAsync<long>("SELECT COUNT(*) FROM package_listing WHERE listed = 1"), cancellationToken);
            var isMemory = options.Engine == SearchEngineChoice.Memory || (options.Engine == SearchEngineChoice.Auto && listings <= options.MostInMemory);
            if (!isMemory)
                state.Retire();
            // Asked for by name: no node of this database searches otherwise, and nobody should pay for what nobody uses.
            if (options.Engine == SearchEngineChoice.Memory && await SchemaParts.RemoveAsync(database, SearchSql.SchemaPart, cancellationToken))
                Removed(logger);
            _current = isMemory ? memory : ownSearch;
            // What most registries do is no news.
            Chose(logger, isMemory ? LogLevel.Debug : LogLevel.Information, isMemory ? "the index in memory" : "the database", listings, options.Engine);
            return _current;
        }
        finally
        {
            _choosing.Release();
        }
    }

    [LoggerMessage(Message = "Searches of the catalogue are answered by {Engine}: {Listings} listings, BERTH_SEARCH_ENGINE is {Setting}")]
    private static partial void Chose(ILogger logger, LogLevel level, string engine, long listings, SearchEngineChoice setting);

    [LoggerMessage(Level = LogLevel.Information, Message = "Took out of the database what only its own search needs, because BERTH_SEARCH_ENGINE is memory")]
    private static partial void Removed(ILogger logger);
}
