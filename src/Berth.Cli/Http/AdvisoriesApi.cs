using System.Net.Http.Headers;

namespace Berth.Cli.Http;

/// <summary>An advisory of a registry.</summary>
internal sealed record AdvisoryLine(string Id, DateTimeOffset Modified, DateTimeOffset? Withdrawn, string? Severity, string? Summary);

/// <summary>A page of them.</summary>
internal sealed record AdvisoryPage(IReadOnlyList<AdvisoryLine> Advisories, string? NextCursor);

/// <summary>A published version that an advisory names.</summary>
internal sealed record AffectedLine(string Slug, string Version, string Advisory, string Ecosystem, string Name, string UsedVersion, string? Severity, DateTimeOffset FoundAt);

/// <summary>A page of them.</summary>
internal sealed record AffectedPage(IReadOnlyList<AffectedLine> Affected, string? NextCursor);

/// <summary>What an import came to.</summary>
internal sealed record AdvisoryImported(bool DryRun, int Imported, int Unchanged, int OtherEcosystems, int Unreadable, int Affected, IReadOnlyList<string>? Scans);

/// <summary>The resource <c>/api/v1/advisories</c> of a registry.</summary>
internal static class AdvisoriesApi
{
    /// <summary>Sends a file of advisories.</summary>
    public static Task<AdvisoryImported> ImportAdvisoriesAsync(this ApiConnection registry, FileInfo file, bool isDryRun, CancellationToken cancellationToken) =>
        registry.SendContentAsync<AdvisoryImported>(
            HttpMethod.Post, "/api/v1/advisories" + (isDryRun ? "?dry_run=true" : ""),
            () => new StreamContent(file.OpenRead()) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } }, cancellationToken);

    /// <summary>Advisories, up to a number.</summary>
    public static async Task<IReadOnlyList<AdvisoryLine>> AdvisoriesAsync(this ApiConnection registry, string? package, int limit, CancellationToken cancellationToken)
    {
        var found = new List<AdvisoryLine>();
        for (string? cursor = null; ;)
        {
            var page = await registry.GetAsync<AdvisoryPage>($"/api/v1/advisories?limit={Math.Min(100, limit - found.Count)}{Part("package", package)}{Part("cursor", cursor)}", cancellationToken);
            found.AddRange(page.Advisories);
            cursor = page.NextCursor;
            if (cursor is null || found.Count >= limit)
            {
                return found;
            }
        }
    }

    /// <summary>All published versions that advisories name.</summary>
    public static async Task<IReadOnlyList<AffectedLine>> AffectedAsync(this ApiConnection registry, CancellationToken cancellationToken)
    {
        var found = new List<AffectedLine>();
        for (string? cursor = null; ;)
        {
            var page = await registry.GetAsync<AffectedPage>($"/api/v1/advisories/affected?limit=100{Part("cursor", cursor)}", cancellationToken);
            found.AddRange(page.Affected);
            cursor = page.NextCursor;
            if (cursor is null)
            {
                return found;
            }
        }
    }

    private static string Part(string name, string? value) => value is null ? "" : $"&{name}={Uri.EscapeDataString(value)}";
}
