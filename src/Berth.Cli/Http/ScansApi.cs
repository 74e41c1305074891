namespace Berth.Cli.Http;

/// <summary>A look at everything published, or at what advisories name.</summary>
internal sealed record ScanRunLine(string Id, string State, long Total, long Done, long Failed, long Worse, long Held, long Lifted);

/// <summary>Where an indicator was found.</summary>
internal sealed record IndicatorHitLine(string Slug, string Version, string? State, string? File, int? Line, int? Column);

/// <summary>A page of them.</summary>
internal sealed record IndicatorHitPage(IReadOnlyList<IndicatorHitLine> Hits, int Searched, string? NextCursor);

/// <summary>An indicator that every package is looked through for.</summary>
internal sealed record IndicatorLine(string Id, string Kind, string Value, string Name, string Severity, DateTimeOffset? AddedAt);

/// <summary>All of them.</summary>
internal sealed record IndicatorList(IReadOnlyList<IndicatorLine> Indicators);

/// <summary>One that was removed.</summary>
internal sealed record IndicatorRemoved(IndicatorLine Indicator, bool DryRun);

/// <summary>The resource <c>/api/v1/scans</c> of a registry.</summary>
internal static class ScansApi
{
    /// <summary>Begins a scan of everything.</summary>
    public static Task<ScanRunLine> StartScanAsync(this ApiConnection registry, CancellationToken cancellationToken) =>
        registry.SendAsync<ScanRunLine>(HttpMethod.Post, "/api/v1/scans", new { reason = "berth scan --all" }, cancellationToken);

    /// <summary>How far one is.</summary>
    public static Task<ScanRunLine> ScanAsync(this ApiConnection registry, string id, CancellationToken cancellationToken) =>
        registry.GetAsync<ScanRunLine>($"/api/v1/scans/{id}", cancellationToken);

    /// <summary>The same, when it has ended.</summary>
    public static async Task<ScanRunLine> EndedScanAsync(this ApiConnection registry, string id, CancellationToken cancellationToken)
    {
        for (; ; await Task.Delay(TimeSpan.FromMilliseconds(300), cancellationToken))
        {
            if (await registry.ScanAsync(id, cancellationToken) is { State: not "running" } run)
            {
                return run;
            }
        }
    }

    /// <summary>The indicators in force.</summary>
    public static async Task<IReadOnlyList<IndicatorLine>> IndicatorsAsync(this ApiConnection registry, CancellationToken cancellationToken) =>
        (await registry.GetAsync<IndicatorList>("/api/v1/scans/indicators", cancellationToken)).Indicators;

    /// <summary>Removes one.</summary>
    public static Task<IndicatorRemoved> RemoveIndicatorAsync(this ApiConnection registry, string id, bool dryRun, CancellationToken cancellationToken) =>
        registry.SendAsync<IndicatorRemoved>(HttpMethod.Delete, $"/api/v1/scans/indicators/{Uri.EscapeDataString(id)}{(dryRun ? "?dry_run=true" : "")}", null, cancellationToken);

    /// <summary>Looks for an indicator in everything, page by page.</summary>
    public static async Task<IReadOnlyList<IndicatorHitLine>> SearchIndicatorAsync(this ApiConnection registry, string kind, string value, CancellationToken cancellationToken)
    {
        var hits = new List<IndicatorHitLine>();
        for (string? cursor = null; ;)
        {
            var page = await registry.SendAsync<IndicatorHitPage>(HttpMethod.Post, "/api/v1/scans/search", new { kind, value, cursor }, cancellationToken);
            hits.AddRange(page.Hits);
            cursor = page.NextCursor;
            if (cursor is null)
            {
                return hits;
            }
        }
    }
}
