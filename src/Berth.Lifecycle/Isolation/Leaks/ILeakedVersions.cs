using Berth.Host;
using Berth.Lifecycle.Operations;

namespace Berth.Lifecycle.Isolation.Leaks;

/// <summary>
/// Which versions stayed in memory once, on any node: from then on they run in workers, after a restart too, until an administrator
/// releases them. Known on this node at once, on others within <see cref="Interval"/>.
/// </summary>
public interface ILeakedVersions
{
    /// <summary>How long another node may take to notice.</summary>
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>All that are marked, ordered by slug and version.</summary>
    Task<IReadOnlyList<LeakedVersion>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Takes a mark away, with its trail: the next load may be in the host's own process. Returns whether there was one.</summary>
    Task<bool> ReleaseAsync(OperationCaller administrator, PluginVersionId id, CancellationToken cancellationToken = default);
}

/// <summary>One marked version.</summary>
/// <param name="Slug">The plugin.</param>
/// <param name="Version">Its version.</param>
/// <param name="Roots">What kept it in memory, for people.</param>
/// <param name="LeakedAt">When it was found.</param>
public sealed record LeakedVersion(string Slug, string Version, string Roots, DateTimeOffset LeakedAt);
