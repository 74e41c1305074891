using Berth.Host;
using Berth.Lifecycle.Operations;

namespace Berth.Lifecycle.DesiredStates;

/// <summary>
/// What administrators want of plugin versions. Kept in the database, in force on this node at once, on others within
/// <see cref="Interval"/>, and again after every start. What a version really does is the pool's to tell.
/// </summary>
public interface IDesiredStates
{
    /// <summary>How long another node may take to notice.</summary>
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Everything that is wanted, ordered by slug and version.</summary>
    Task<IReadOnlyList<DesiredState>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Keeps a version from running. Before: whatever it does. After: the decision is in the database with its trail, nothing of
    /// the version runs on this node, and no lease is given. After a failure of the database: as before.
    /// </summary>
    Task QuarantineAsync(OperationCaller administrator, PluginVersionId id, string reason, CancellationToken cancellationToken = default);

    /// <summary>Lets a version run again. Returns whether it was quarantined.</summary>
    Task<bool> EndQuarantineAsync(OperationCaller administrator, PluginVersionId id, CancellationToken cancellationToken = default);

    /// <summary>Loads a version at every start, before its first call; or no longer.</summary>
    /// <returns>Whether that is a change.</returns>
    Task<bool> SetWantedAsync(OperationCaller administrator, PluginVersionId id, bool isWanted, string reason, CancellationToken cancellationToken = default);
}

/// <summary>What is wanted of one version.</summary>
/// <param name="Slug">The plugin.</param>
/// <param name="Version">Its version.</param>
/// <param name="State"><see cref="Wanted"/> or <see cref="Quarantined"/>.</param>
/// <param name="Reason">Why, for people.</param>
/// <param name="SetBy">Who decided it.</param>
/// <param name="SetAt">When.</param>
public sealed record DesiredState(string Slug, string Version, string State, string Reason, string SetBy, DateTimeOffset SetAt)
{
    /// <summary>Loaded from the start on.</summary>
    public const string Wanted = "wanted";

    /// <summary>Never runs.</summary>
    public const string Quarantined = "quarantined";
}
