using System.Text.Json;

namespace Berth.Lifecycle.Operations;

/// <summary>
/// The operations on one user's installations. Each is planned, journaled and undoable: a process killed at any step
/// leaves the old state or the new one, and the next start completes or undoes it. One runs at a time for each user and
/// plugin; different users never wait for each other.
/// </summary>
public interface ILifecycleOperations
{
    /// <summary>
    /// Installs a plugin for the caller. Before: not installed. After: the version's files are in the shared store, its
    /// lifecycle manager's install ran, rows, audit and event are committed, the recovery record is written.
    /// After a failure: not installed, no row and no document of it left; a version already staged may stay in the store.
    /// Documents that an earlier uninstall kept are taken over.
    /// </summary>
    Task<OperationOutcome> InstallAsync(OperationCaller caller, InstallRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Updates to a newer version: export from the old one, import into the new one (a new generation), switch.
    /// After a failure: the old version works with its data, byte for byte.
    /// </summary>
    Task<OperationOutcome> UpdateAsync(OperationCaller caller, UpdateRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Goes back to the version in the rollback slot. The version and data that were in force become the rollback slot.
    /// </summary>
    Task<OperationOutcome> RollbackAsync(OperationCaller caller, RollbackRequest request, CancellationToken cancellationToken = default);

    /// <summary>Removes the installation, also when the plugin's own code throws or its files are gone. Documents stay unless purged.</summary>
    Task<OperationOutcome> UninstallAsync(OperationCaller caller, UninstallRequest request, CancellationToken cancellationToken = default);

    /// <summary>Switches an installation on or off. Its rows and documents stay.</summary>
    Task<OperationOutcome> SetEnabledAsync(OperationCaller caller, SetEnabledRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Changes the settings of an installation. Before: installed. After: the settings are those asked for, judged as a whole
    /// by the version's schema, its secrets encrypted; the plugin's next call sees them. After a failure: as before.
    /// </summary>
    Task<OperationOutcome> ConfigureAsync(OperationCaller caller, ConfigureRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Changes what the user chose of one module. Before: installed, with that module. After: chosen as asked; it survives
    /// updates. After a failure: as before.
    /// </summary>
    Task<OperationOutcome> ConfigureModuleAsync(OperationCaller caller, ConfigureModuleRequest request, CancellationToken cancellationToken = default);

    /// <summary>What a request with this key has done since then: <see cref="OperationCaller.Completed"/> of its repetition.</summary>
    Task<IReadOnlyList<OperationResult>> CompletedAsync(string idempotencyKey, DateTimeOffset since, CancellationToken cancellationToken = default);

    /// <summary>Completes or undoes what a killed process left. Runs at start, before operations are taken. Returns how many.</summary>
    Task<int> RecoverAsync(CancellationToken cancellationToken = default);
}

/// <summary>What to install.</summary>
/// <param name="Slug">Compared without regard to case; canonical spelling is the registry's.</param>
/// <param name="Range">A version or range; the newest stable version when absent.</param>
/// <param name="Grant">Capabilities the user grants; what is declared and not granted is not in force. <see langword="null"/> grants none.</param>
/// <param name="SourceUrl">For the recovery record.</param>
/// <param name="IsDryRun">Plan only.</param>
/// <param name="Digest">Exactly this package, public or private to the caller; its version otherwise decides.</param>
public sealed record InstallRequest(
    string Slug, string? Range = null, IReadOnlyList<string>? Grant = null, string? SourceUrl = null, bool IsDryRun = false, string? Digest = null)
{
    /// <summary>How the package came, for the recovery record: <c>registry</c>, <c>local-file</c>, <c>github</c> or <c>share</c>.</summary>
    public string InstallationType { get; init; } = "registry";
}

/// <summary>What to update. <paramref name="Grant"/> <see langword="null"/> keeps what is granted.</summary>
public sealed record UpdateRequest(string Slug, string? Range = null, IReadOnlyList<string>? Grant = null, bool IsDryRun = false);

/// <summary>What to roll back.</summary>
/// <param name="Slug">The plugin.</param>
/// <param name="MigrateData">Carry the present data back through export and import instead of returning to the bytes the user had.</param>
/// <param name="IsDryRun">Plan only.</param>
public sealed record RollbackRequest(string Slug, bool MigrateData = false, bool IsDryRun = false);

/// <summary>What to uninstall.</summary>
public sealed record UninstallRequest(string Slug, bool Purge = false, bool IsDryRun = false);

/// <summary>What to switch on or off.</summary>
public sealed record SetEnabledRequest(string Slug, bool Enabled, bool IsDryRun = false);

/// <summary>What to set.</summary>
/// <param name="Slug">The plugin.</param>
/// <param name="Values">The settings, a JSON object. A secret that is absent stays; one that is <c>null</c> goes.</param>
/// <param name="IsMerge">Whether everything that is absent stays (JSON Merge Patch); otherwise it goes back to its default.</param>
/// <param name="IsDryRun">Plan only.</param>
public sealed record ConfigureRequest(string Slug, JsonElement Values, bool IsMerge = false, bool IsDryRun = false);

/// <summary>What to choose of a module; what is <see langword="null"/> stays.</summary>
/// <param name="Slug">The plugin.</param>
/// <param name="Module">The module's name or id.</param>
/// <param name="Enabled">Whether it is shown.</param>
/// <param name="Priority">Its place among the others.</param>
/// <param name="Values">Field of <c>configFields</c> → value, a JSON object; fields that are absent stay, <c>null</c> goes back to the default.</param>
/// <param name="IsDryRun">Plan only.</param>
public sealed record ConfigureModuleRequest(
    string Slug, string Module, bool? Enabled = null, int? Priority = null, JsonElement? Values = null, bool IsDryRun = false);
