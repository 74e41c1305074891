namespace Berth.Registry.Catalog;

/// <summary>What was downloaded when.</summary>
public interface IDownloadStatistics
{
    /// <summary>All plugins together, the days of a range.</summary>
    Task<RegistryStatistics> OfAllAsync(DateOnly from, DateOnly to, CancellationToken cancellationToken = default);

    /// <summary>One plugin, by version and day; <see langword="null"/> when there is no such plugin.</summary>
    Task<PluginStatistics?> OfAsync(string slug, DateOnly from, DateOnly to, CancellationToken cancellationToken = default);
}

/// <summary>Counts of the registry. Days without downloads are left out.</summary>
public sealed record RegistryStatistics(long Plugins, long Versions, long Publishers, long Downloads, long DownloadsInRange, IReadOnlyList<DayCount> Days);

/// <summary>Counts of a plugin. <c>Downloads</c> are all, whatever the range.</summary>
public sealed record PluginStatistics(string Slug, long Downloads, long DownloadsInRange, IReadOnlyList<DayCount> Days, IReadOnlyList<VersionStatistics> Versions);

/// <summary>Counts of a version.</summary>
public sealed record VersionStatistics(string Version, long Downloads, IReadOnlyList<DayCount> Days);

/// <summary>Downloads on a day (UTC).</summary>
public sealed record DayCount(string Day, long Count);
