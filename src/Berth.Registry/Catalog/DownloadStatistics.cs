using Berth.Data.Sessions;

namespace Berth.Registry.Catalog;

/// <inheritdoc />
internal sealed class DownloadStatistics(IDatabase database, ICatalog catalog) : IDownloadStatistics
{
    public async Task<RegistryStatistics> OfAllAsync(DateOnly from, DateOnly to, CancellationToken cancellationToken = default) =>
        await database.ReadAsync(
            async session =>
            {
                var totals = (await session.FirstOrDefaultAsync<TotalRow>(
                    """
                    SELECT (SELECT COUNT(*) FROM package_listing WHERE listed = 1) AS plugins,
                        (SELECT COUNT(*) FROM package_version WHERE state = 'visible') AS versions,
                        (SELECT COUNT(DISTINCT owner_id) FROM package) AS publishers,
                        (SELECT CAST(COALESCE(SUM(downloads), 0) AS BIGINT) FROM package_listing) AS downloads
                    """))!;
                var days = await session.QueryAsync<DayCount>(
                    "SELECT day, CAST(SUM(count) AS BIGINT) AS count FROM download_daily WHERE day BETWEEN @first AND @last GROUP BY day ORDER BY day",
                    new { first = DownloadDays.Text(from), last = DownloadDays.Text(to) });
                return new RegistryStatistics(totals.Plugins, totals.Versions, totals.Publishers, totals.Downloads, days.Sum(day => day.Count), days);
            },
            cancellationToken);

    public async Task<PluginStatistics?> OfAsync(string slug, DateOnly from, DateOnly to, CancellationToken cancellationToken = default)
    {
        if (await catalog.FindAsync(slug, cancellationToken) is not { } plugin)
            return null;
        var rows = await database.ReadAsync(
            session => session.QueryAsync<DayRow>("SELECT version, day, count FROM download_daily WHERE slug = @Slug ORDER BY day", new { plugin.Slug }), cancellationToken);
        var (first, last) = (DownloadDays.Text(from), DownloadDays.Text(to));
        // Days compare as their texts do. Versions that were deleted since keep their counts in the sums.
        var inRange = rows.Where(row => string.CompareOrdinal(row.Day, first) >= 0 && string.CompareOrdinal(row.Day, last) <= 0).ToList();
        var byVersion = rows.ToLookup(row => row.Version);
        var inRangeByVersion = inRange.ToLookup(row => row.Version);
        return new PluginStatistics(
            plugin.Slug,
            rows.Sum(row => row.Count),
            inRange.Sum(row => row.Count),
            [.. inRange.GroupBy(row => row.Day).Select(day => new DayCount(day.Key, day.Sum(row => row.Count)))],
            [.. plugin.Versions.Select(version => new VersionStatistics(
                version.Version, byVersion[version.Version].Sum(row => row.Count), [.. inRangeByVersion[version.Version].Select(row => new DayCount(row.Day, row.Count))]))]);
    }

    private sealed record TotalRow(long Plugins, long Versions, long Publishers, long Downloads);

    private sealed record DayRow(string Version, string Day, long Count);
}
