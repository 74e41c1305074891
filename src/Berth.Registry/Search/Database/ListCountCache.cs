using Berth.Data.Sessions;
using Berth.Registry.Catalog;
using Microsoft.Extensions.Caching.Memory;

namespace Berth.Registry.Search.Database;

/// <summary>
/// Counts of lists, believed as long as the index in memory is believed: until this process changes a plugin, or for
/// <see cref="SearchState.Lifetime"/>. Downloads are counted in none of them.
/// </summary>
internal sealed class ListCountCache(SearchState state, TimeProvider time) : IDisposable
{
    private const int MostLists = 500;
    private readonly MemoryCache _lists = new(new MemoryCacheOptions { SizeLimit = MostLists });

    /// <summary>The counts of a list.</summary>
    public async Task<ListCounts> OfAsync(DbSession session, CatalogQuery query)
    {
        var filters = query with { Text = "", Sort = default, Limit = 0, Cursor = null };
        var changes = state.Changes;
        var age = changes.Value;
        if (_lists.TryGetValue<Known>(filters, out var known) && known!.Changes == age && time.GetElapsedTime(known.At) < SearchState.Lifetime)
            return known.Counts;
        var at = time.GetTimestamp();
        var counts = await ListCounting.RunAsync(session, query);
        _lists.Set(filters, new Known(counts, age, at), new MemoryCacheEntryOptions { Size = 1 });
        return counts;
    }

    public void Dispose() => _lists.Dispose();

    private sealed record Known(ListCounts Counts, long Changes, long At);
}
