namespace Berth.Registry.Versions;

/// <summary>Takes versions off the shelf, warns of them, deletes them. All of it is in force for every reader of this process at once.</summary>
public interface IVersionStates
{
    /// <summary>
    /// Stops offering a version. After: it is installed only by who names it exactly; existing installations keep working and
    /// can be repaired, because the bytes stay. Yanking again changes the reason.
    /// </summary>
    Task<VersionOutcome> YankAsync(RegistryActor actor, string slug, string version, string reason, bool isDryRun = false, CancellationToken cancellationToken = default);

    /// <summary>Offers it again.</summary>
    Task<VersionOutcome> UnyankAsync(RegistryActor actor, string slug, string version, bool isDryRun = false, CancellationToken cancellationToken = default);

    /// <summary>Warns of a version, or of all visible versions of the plugin when <paramref name="version"/> is <see langword="null"/>.</summary>
    /// <param name="message">Why; empty takes the warning back.</param>
    /// <param name="successorSlug">The plugin that takes its place. It must be known here.</param>
    /// <param name="successorVersion">A version or a range of it.</param>
    Task<VersionOutcome> DeprecateAsync(
        RegistryActor actor, string slug, string? version, string message, string? successorSlug, string? successorVersion,
        bool isDryRun = false, CancellationToken cancellationToken = default);

    /// <summary>
    /// Deletes a version. Before: published within <see cref="DeletionRules.MaxAge"/>, nobody has it, nothing needs it, no channel
    /// points to it; an administrator may force it with a reason, whatever else holds. After: a tombstone, and the bytes go with
    /// the next cleanup unless something else refers to them. After a refusal: as before.
    /// </summary>
    Task<VersionOutcome> DeleteAsync(
        RegistryActor actor, string slug, string version, string? reason, bool isForced, bool isDryRun = false, CancellationToken cancellationToken = default);

    /// <summary>What is left of a deleted version, or <see langword="null"/> when there is none of that number.</summary>
    Task<Tombstone?> FindTombstoneAsync(string slug, string version, CancellationToken cancellationToken = default);
}
