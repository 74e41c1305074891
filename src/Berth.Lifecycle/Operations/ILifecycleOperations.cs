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
    /// Installs a plugin for the caller, with what it needs. Before: not installed. After: the plugin and every plugin that
    /// it needs are installed in versions that fit each other and everything else the user has, files in the shared store,
    /// own installs run, rows, audit and events committed together, recovery records written; what was installed before
    /// was at most updated. After a failure: no member of the group is installed or updated, no row and no document of it
    /// left, also after a kill; a version already staged may stay in the store. Documents that an earlier uninstall kept
    /// are taken over.
    /// </summary>
    Task<OperationOutcome> InstallAsync(OperationCaller caller, InstallRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Updates to a newer version within channel and pins: export from the old one, import into the new one (a new
    /// generation), switch; what the new version needs comes along, and so does what could not live with it otherwise.
    /// Before: installed. After: all of the group in force. After a failure: every old version works with its data, byte
    /// for byte.
    /// </summary>
    Task<OperationOutcome> UpdateAsync(OperationCaller caller, UpdateRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Goes back to the version in the rollback slot. Before: installed, and updated since; the site and what else is
    /// installed allow the older version. After: it is in force with the documents and settings the user had then, and the
    /// version, documents and settings that were in force are the rollback slot. After a failure: as before.
    /// </summary>
    Task<OperationOutcome> RollbackAsync(OperationCaller caller, RollbackRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Removes the installation, also when the plugin's own code throws or its files are gone. Documents stay unless purged.
    /// Before: installed, and nobody needs it, or the dependents go, too, when that is asked for. After: none of them is
    /// installed. After a failure: all of them are, as before.
    /// </summary>
    Task<OperationOutcome> UninstallAsync(OperationCaller caller, UninstallRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Switches an installation on or off. Before: installed; what it needs is there and on, or nobody who is on needs it.
    /// After: switched as asked; its rows, modules and documents stay. After a failure: as before.
    /// </summary>
    Task<OperationOutcome> SetEnabledAsync(OperationCaller caller, SetEnabledRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Sets the user's own pin or channel of an installation, or whether it is updated by itself. Before: installed. After:
    /// updates and dependencies obey it; the installed version stays. After a failure: as before.
    /// </summary>
    Task<OperationOutcome> SetPolicyAsync(OperationCaller caller, SetPolicyRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Chooses which front-end files are served to the user. Before: installed. After: the author's, or the optimised ones where the
    /// host and the author allow them, there are any, and the user takes them; asked for when they are not there yet. What other
    /// users are served stays. After a failure: as before.
    /// </summary>
    Task<OperationOutcome> ChooseVariantAsync(OperationCaller caller, ChooseVariantRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Changes what the user grants. Before: installed. After: granted as asked, within what the version in force declares and
    /// its trust level permits; the plugin's next call sees it. After a failure: as before.
    /// </summary>
    Task<OperationOutcome> ChangeGrantsAsync(OperationCaller caller, ChangeGrantsRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Puts right what is broken. Before: installed. After: the version's files are its package's, modules and documents'
    /// generation are the manifest's and the row's, settings and documents are as they were. After a failure: no row
    /// changed, files as before or wholly restored.
    /// </summary>
    Task<OperationOutcome> RepairAsync(OperationCaller caller, RepairRequest request, CancellationToken cancellationToken = default);

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
/// <param name="GrantDependencies">Capabilities the user grants to plugins that come along, by slug.</param>
public sealed record InstallRequest(
    string Slug, string? Range = null, IReadOnlyList<string>? Grant = null, string? SourceUrl = null, bool IsDryRun = false, string? Digest = null,
    IReadOnlyDictionary<string, IReadOnlyList<string>>? GrantDependencies = null)
{
    /// <summary>How the package came, for the recovery record: <c>registry</c>, <c>local-file</c>, <c>github</c> or <c>share</c>.</summary>
    public string InstallationType { get; init; } = "registry";

    /// <summary>
    /// What becomes true in the very transaction of the install, or keeps it from happening by a refusal; may run more than
    /// once. It does not run for a repetition whose answer the journal has.
    /// </summary>
    internal Func<Berth.Data.Sessions.DbSession, Task>? Alongside { get; init; }
}

/// <summary>What to update.</summary>
/// <param name="Slug">The plugin.</param>
/// <param name="Range">A version or range; the newest that fits channel and pins when absent.</param>
/// <param name="Grant">What the user grants; <see langword="null"/> keeps what is granted.</param>
/// <param name="IsDryRun">Plan only.</param>
/// <param name="GrantDependencies">Capabilities the user grants to plugins that come along, by slug; who is not named keeps what is granted.</param>
public sealed record UpdateRequest(
    string Slug, string? Range = null, IReadOnlyList<string>? Grant = null, bool IsDryRun = false,
    IReadOnlyDictionary<string, IReadOnlyList<string>>? GrantDependencies = null)
{
    /// <summary>Looks at what would happen and may refuse it, before anything does; also in a dry run.</summary>
    internal Func<Planning.SetDraft, OperationOutcome.Refused?>? Consent { get; init; }
}

/// <summary>What to roll back.</summary>
/// <param name="Slug">The plugin.</param>
/// <param name="MigrateData">Carry the present data back through export and import instead of returning to the bytes the user had.</param>
/// <param name="IsDryRun">Plan only.</param>
public sealed record RollbackRequest(string Slug, bool MigrateData = false, bool IsDryRun = false);

/// <summary>What to uninstall.</summary>
/// <param name="Slug">The plugin.</param>
/// <param name="Purge">Delete its documents, too; those of dependents that go along are kept.</param>
/// <param name="IsDryRun">Plan only.</param>
/// <param name="WithDependents">Uninstall what needs it, too.</param>
public sealed record UninstallRequest(string Slug, bool Purge = false, bool IsDryRun = false, bool WithDependents = false);

/// <summary>The user's own bounds for updates.</summary>
/// <param name="Slug">The plugin.</param>
/// <param name="ChangesPin">Whether <paramref name="Pinned"/> is to be written.</param>
/// <param name="Pinned">A version or range; <see langword="null"/> lifts the pin.</param>
/// <param name="Channel"><c>stable</c>, or the name of a prerelease channel; <see langword="null"/> leaves it.</param>
/// <param name="Enabled">Switch on or off in the same step; <see langword="null"/> leaves it.</param>
/// <param name="IsDryRun">Plan only.</param>
/// <param name="AutoUpdate">Whether the host updates it by itself; <see langword="null"/> leaves it.</param>
public sealed record SetPolicyRequest(
    string Slug, bool ChangesPin = false, string? Pinned = null, string? Channel = null, bool? Enabled = null, bool IsDryRun = false, bool? AutoUpdate = null);

/// <summary>What to switch on or off.</summary>
public sealed record SetEnabledRequest(string Slug, bool Enabled, bool IsDryRun = false);

/// <summary>Which files to serve.</summary>
/// <param name="Slug">The plugin.</param>
/// <param name="AllowsVariant">Whether the user takes optimised files; otherwise the author's only.</param>
/// <param name="IsDryRun">Plan only.</param>
public sealed record ChooseVariantRequest(string Slug, bool AllowsVariant, bool IsDryRun = false);

/// <summary>What to grant and what to take back; everything else stays as it is granted.</summary>
/// <param name="Slug">The plugin.</param>
/// <param name="Grant">Capabilities that the version declares and its trust level permits.</param>
/// <param name="Revoke">Capabilities to take back; one that is in both is taken back.</param>
/// <param name="IsDryRun">Plan only.</param>
public sealed record ChangeGrantsRequest(string Slug, IReadOnlyList<string> Grant, IReadOnlyList<string> Revoke, bool IsDryRun = false);

/// <summary>What to repair.</summary>
public sealed record RepairRequest(string Slug, bool IsDryRun = false);

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
