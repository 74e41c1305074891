using System.Text.Json;

namespace Berth.Cli.Http;

/// <summary>One result of a search.</summary>
internal sealed record FoundPlugin(
    string Slug, string? DisplayName, string? Description, string? LatestVersion, string? Category, string? Author, string? TrustLevel, long? Downloads)
{
    /// <summary>Whether every version of it was withdrawn.</summary>
    public bool? Yanked { get; init; }

    /// <summary>Whether its publisher warns of it.</summary>
    public bool? Deprecated { get; init; }

    /// <summary>The description, with a word before it when there is something to know.</summary>
    public string Shown => (Yanked is true ? "[yanked] " : "") + (Deprecated is true ? "[deprecated] " : "") + Description;
}

/// <summary>A page of results.</summary>
internal sealed record FoundPage(IReadOnlyList<FoundPlugin> Plugins, long? TotalCount, string? NextCursor, JsonElement? Facets = null);

/// <summary>What narrows and orders a search; what is <see langword="null"/> does not.</summary>
internal sealed record SearchFilters(string? Sort = null, string? Category = null, string? Trust = null, string? Type = null, string? Keyword = null)
{
    /// <summary>As a part of a query string.</summary>
    public string ToQuery() => string.Concat(new[] { ("sort", Sort), ("category", Category), ("trust", Trust), ("type", Type), ("keyword", Keyword) }
        .Where(pair => pair.Item2 is not null).Select(pair => $"&{pair.Item1}={Uri.EscapeDataString(pair.Item2!)}"));
}

/// <summary>Downloads on a day.</summary>
internal sealed record DayCount(string Day, long Count);

/// <summary>Downloads of a plugin in the last days.</summary>
internal sealed record PluginStatistics(string From, string To, long Downloads, long DownloadsInRange, IReadOnlyList<DayCount> Days);

/// <summary>A published version.</summary>
internal sealed record PublishedVersion(
    string Slug, string Version, string? Digest, string? Integrity, long? Size, string? TrustLevel, DateTimeOffset? PublishedAt, JsonElement? Manifest)
{
    /// <summary>Whether it is not offered any more.</summary>
    public bool? Yanked { get; init; }

    /// <summary>Why.</summary>
    public string? YankReason { get; init; }

    /// <summary>What its publisher says against using it.</summary>
    public PublishedDeprecation? Deprecation { get; init; }
}

/// <summary>A warning of a version.</summary>
internal sealed record PublishedDeprecation(string? Message, string? Successor, string? SuccessorVersion)
{
    /// <summary>In one sentence.</summary>
    public override string ToString() =>
        Message + (Successor is null ? "" : $" Use {Successor}{(SuccessorVersion is null ? "" : $" {SuccessorVersion}")} instead.");
}

/// <summary>The resource <c>/api/v1/plugins</c> of a registry.</summary>
internal static class RegistryApi
{
    private const int PageSize = 100;

    /// <summary>Searches, page by page, up to a number of results.</summary>
    public static async Task<(IReadOnlyList<FoundPlugin> Found, long? Total)> SearchAsync(
        this ApiConnection registry, string query, int limit, CancellationToken cancellationToken)
    {
        var (found, total, _) = await registry.SearchAsync(query, new SearchFilters(), limit, cancellationToken);
        return (found, total);
    }

    /// <summary>Searches with filters, page by page, up to a number of results.</summary>
    public static async Task<(IReadOnlyList<FoundPlugin> Found, long? Total, JsonElement? Facets)> SearchAsync(
        this ApiConnection registry, string query, SearchFilters filters, int limit, CancellationToken cancellationToken)
    {
        var found = new List<FoundPlugin>();
        for (string? cursor = null; ;)
        {
            var page = await registry.GetAsync<FoundPage>(
                $"/api/v1/plugins?q={Uri.EscapeDataString(query)}&limit={Math.Min(PageSize, limit - found.Count)}{filters.ToQuery()}"
                + (cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}"), cancellationToken);
            found.AddRange(page.Plugins);
            cursor = page.NextCursor;
            if (cursor is null || found.Count >= limit)
            {
                return (found.Take(limit).ToList(), page.TotalCount, page.Facets);
            }
        }
    }

    /// <summary>A plugin with its versions, as the registry describes it.</summary>
    public static Task<JsonElement> PluginAsync(this ApiConnection registry, string slug, CancellationToken cancellationToken) =>
        registry.GetAsync<JsonElement>(PathOf(slug), cancellationToken);

    /// <summary>One version of a plugin.</summary>
    public static Task<PublishedVersion> VersionAsync(this ApiConnection registry, string slug, string version, CancellationToken cancellationToken) =>
        registry.GetAsync<PublishedVersion>(PathOf(slug, version), cancellationToken);

    /// <summary>Downloads of a plugin in the last thirty days, or <see langword="null"/> from a registry that does not tell.</summary>
    public static async Task<PluginStatistics?> StatisticsAsync(this ApiConnection registry, string slug, CancellationToken cancellationToken)
    {
        try
        {
            return await registry.GetAsync<PluginStatistics>(PathOf(slug, "stats"), cancellationToken);
        }
        catch (Output.CommandFailedException problem) when (problem.Exit is Output.ExitCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>The path of a plugin or of one of its versions.</summary>
    public static string PathOf(string slug, string? version = null) =>
        "/api/v1/plugins/" + Uri.EscapeDataString(slug) + (version is null ? "" : "/" + Uri.EscapeDataString(version));
}
