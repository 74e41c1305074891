using Berth.Lifecycle.Installations;

namespace Berth.Lifecycle.AutoUpdates;

/// <summary>
/// Which installations are updated by themselves, and how it stands with them. A user opts in with
/// <see cref="Operations.ILifecycleOperations.SetPolicyAsync"/>.
/// </summary>
public interface IAutoUpdates
{
    /// <summary>How often this host looks; zero when it updates nothing by itself.</summary>
    TimeSpan Interval { get; }

    /// <summary>A user's installations that are updated by themselves, by slug.</summary>
    Task<IReadOnlyDictionary<string, AutoUpdateEntry>> OfUserAsync(string userId, CancellationToken cancellationToken = default);

    /// <summary>One of them; <see langword="null"/> for an installation whose user did not opt in.</summary>
    Task<AutoUpdateEntry?> FindAsync(InstalledPlugin plugin, CancellationToken cancellationToken = default);
}

/// <summary>An installation that is updated by itself.</summary>
/// <param name="Slug">The plugin.</param>
/// <param name="Since">When the user opted in.</param>
/// <param name="State">One of <see cref="AutoUpdateState"/>.</param>
/// <param name="Version">The version that was considered last.</param>
/// <param name="Code">Why it is not in force.</param>
/// <param name="Reason">The same for people, with what to do.</param>
/// <param name="Attempts">How often it failed.</param>
/// <param name="NextAttemptAt">When it is tried again at the earliest.</param>
/// <param name="DecidedAt">When it came to this state.</param>
/// <param name="CheckedAt">When the registry was last asked about the plugin.</param>
public sealed record AutoUpdateEntry(
    string Slug, DateTimeOffset Since, string State, string? Version, string? Code, string? Reason, int Attempts,
    DateTimeOffset? NextAttemptAt, DateTimeOffset? DecidedAt, DateTimeOffset? CheckedAt);
