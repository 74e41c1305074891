using Berth.Registry.Catalog;

namespace Berth.Registry.Search;

/// <summary>Answers searches. All engines give the same pages for the same listings.</summary>
internal interface ISearchEngine
{
    /// <summary>One page of what a query finds.</summary>
    /// <param name="query">What to look for; filters cleaned.</param>
    /// <param name="after">The place of the last plugin shown, if there is one.</param>
    /// <param name="day">The day that recent downloads are judged on.</param>
    Task<FoundPage> FindAsync(CatalogQuery query, RankKey? after, int day, CancellationToken cancellationToken);

    /// <summary>Ends when a search need not wait for anything but its own work.</summary>
    ValueTask PrepareAsync(CancellationToken cancellationToken);
}

/// <summary>A page and what is shown of its plugins.</summary>
/// <param name="Page">The page.</param>
/// <param name="Summaries">For each of its listings the JSON object; empty when the plugin has just gone.</param>
internal sealed record FoundPage(SearchPage Page, IReadOnlyList<ReadOnlyMemory<byte>> Summaries);
