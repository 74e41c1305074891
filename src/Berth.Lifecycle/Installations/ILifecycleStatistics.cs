namespace Berth.Lifecycle.Installations;

/// <summary>Figures about users, installations, storage and operations.</summary>
public interface ILifecycleStatistics
{
    /// <summary>Reads the figures; bounded work, not for hot paths.</summary>
    Task<LifecycleFigures> ReadAsync(CancellationToken cancellationToken = default);

    /// <summary>Name → hits and misses since the start of this process; free of any work.</summary>
    IReadOnlyDictionary<string, CacheFigures> Caches { get; }
}

/// <summary>Figures at one moment.</summary>
/// <param name="Users">Users.</param>
/// <param name="Installations">Installations of all users.</param>
/// <param name="PluginsInstalled">Different plugins that somebody has.</param>
/// <param name="VersionsInStore">Versions in the shared store.</param>
/// <param name="UniqueVersionsInUse">Versions that an installation refers to.</param>
/// <param name="SharedBytes">Bytes of the shared store (files of all versions and their pre-compressed variants).</param>
/// <param name="UserMetadataBytes">Bytes of the recovery records.</param>
/// <param name="UnsharedEquivalentBytes">Bytes that a copy of its files for every installation would take.</param>
/// <param name="Versions">Slug → version → number of users.</param>
/// <param name="Operations">Kind → figures since the start of this process.</param>
/// <param name="Caches">Name → hits and misses since the start of this process.</param>
public sealed record LifecycleFigures(
    long Users,
    long Installations,
    long PluginsInstalled,
    long VersionsInStore,
    long UniqueVersionsInUse,
    long SharedBytes,
    long UserMetadataBytes,
    long UnsharedEquivalentBytes,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>> Versions,
    IReadOnlyDictionary<string, OperationFigures> Operations,
    IReadOnlyDictionary<string, CacheFigures> Caches);

/// <summary>Figures of one kind of operation; times in milliseconds over the last 1,024 runs.</summary>
public sealed record OperationFigures(long Succeeded, long Failed, double P50, double P95);

/// <summary>Hits and misses of a cache.</summary>
public sealed record CacheFigures(long Hits, long Misses);
