using System.Text.Json;

namespace Berth.Cli.Http;

/// <summary>One result of a search.</summary>
internal sealed record FoundPlugin(
    string Slug, string? DisplayName, string? Description, string? LatestVersion, string? Category, string? Author, string? TrustLevel, long? Downloads);

/// <summary>A page of results.</summary>
internal sealed record FoundPage(IReadOnlyList<FoundPlugin> Plugins, long? TotalCount, string? NextCursor);

/// <summary>A published version.</summary>
internal sealed record PublishedVersion(
    string Slug, string Version, string? Digest, string? Integrity, long? Size, string? TrustLevel, DateTimeOffset? PublishedAt, JsonElement? Manifest);

/// <summary>The resource <c>/api/v1/plugins</c> of a registry.</summary>
internal static class RegistryApi
{
    private const int PageSize = 100;

    /// <summary>Searches, page by page, up to a number of results.</summary>
    public static async Task<(IReadOnlyList<FoundPlugin> Found, long? Total)> SearchAsync(
        this ApiConnection registry, string query, int limit, CancellationToken cancellationToken)
    {
        var found = new List<FoundPlugin>();
        for (string? cursor = null; ;)
        {
            var page = await registry.GetAsync<FoundPage>(
                $"/api/v1/plugins?q={Uri.EscapeDataString(query)}&limit={Math.Min(PageSize, limit - found.Count)}"
                + (cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}"), cancellationToken);
            found.AddRange(page.Plugins);
            cursor = page.NextCursor;
            if (cursor is null || found.Count >= limit)
            {
                return (found.Take(limit).ToList(), page.TotalCount);
            }
        }
    }

    /// <summary>A plugin with its versions, as the registry describes it.</summary>
    public static Task<JsonElement> PluginAsync(this ApiConnection registry, string slug, CancellationToken cancellationToken) =>
        registry.GetAsync<JsonElement>(PathOf(slug), cancellationToken);

    /// <summary>One version of a plugin.</summary>
    public static Task<PublishedVersion> VersionAsync(this ApiConnection registry, string slug, string version, CancellationToken cancellationToken) =>
        registry.GetAsync<PublishedVersion>(PathOf(slug, version), cancellationToken);

    /// <summary>The path of a plugin or of one of its versions.</summary>
    public static string PathOf(string slug, string? version = null) =>
        "/api/v1/plugins/" + Uri.EscapeDataString(slug) + (version is null ? "" : "/" + Uri.EscapeDataString(version));
}
