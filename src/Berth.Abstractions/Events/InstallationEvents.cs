namespace Berth.Events;

/// <summary>A user has a plugin now.</summary>
[EventType("berth.installation.installed")]
public sealed record InstallationInstalled(string OperationId, string Slug, string Version) : BerthEvent;

/// <summary>A newer version is in force.</summary>
[EventType("berth.installation.updated")]
public sealed record InstallationUpdated(string OperationId, string Slug, string Version, string? PreviousVersion) : BerthEvent;

/// <summary>The version before is in force again.</summary>
[EventType("berth.installation.rolled_back")]
public sealed record InstallationRolledBack(string OperationId, string Slug, string Version, string? PreviousVersion) : BerthEvent;

/// <summary>A user has a plugin no more; <c>Purged</c> tells whether the documents went, too.</summary>
[EventType("berth.installation.uninstalled")]
public sealed record InstallationUninstalled(string OperationId, string Slug, string Version, bool? Purged) : BerthEvent;

/// <summary>An installation was switched on.</summary>
[EventType("berth.installation.enabled")]
public sealed record InstallationEnabled(string OperationId, string Slug, string Version) : BerthEvent;

/// <summary>An installation was switched off.</summary>
[EventType("berth.installation.disabled")]
public sealed record InstallationDisabled(string OperationId, string Slug, string Version) : BerthEvent;

/// <summary>A user set or lifted the pin of an installation, chose another channel for it, or whether it is updated by itself; <c>Changed</c> names which.</summary>
[EventType("berth.installation.pinned")]
public sealed record InstallationPinned(string OperationId, string Slug, string Version, IReadOnlyList<string>? Changed) : BerthEvent;

/// <summary>A newer version is not put in force by itself, for the reason named. Told once for a version and a reason.</summary>
[EventType("berth.installation.auto_update_withheld")]
public sealed record InstallationAutoUpdateWithheld(string Slug, string Version, string FromVersion, string Code, string Message) : BerthEvent;

/// <summary>A user chose which files of an installation are served: <c>Variant</c> is <c>optimized</c> or <c>original</c>.</summary>
[EventType("berth.installation.variant_chosen")]
public sealed record InstallationVariantChosen(string OperationId, string Slug, string Version, string Variant) : BerthEvent;

/// <summary>A user changed which capabilities an installation is granted: <c>Granted</c> are in force from its next call on, <c>Revoked</c> no more.</summary>
[EventType("berth.installation.grants_changed")]
public sealed record InstallationGrantsChanged(string OperationId, string Slug, string Version, IReadOnlyList<string> Granted, IReadOnlyList<string> Revoked) : BerthEvent;

/// <summary>What was broken in an installation was put right.</summary>
[EventType("berth.installation.repaired")]
public sealed record InstallationRepaired(string OperationId, string Slug, string Version) : BerthEvent;

/// <summary>A user's settings of a plugin were changed; <c>Changed</c> names them, never their values.</summary>
[EventType("berth.installation.configured")]
public sealed record InstallationConfigured(string OperationId, string Slug, string Version, IReadOnlyList<string>? Changed) : BerthEvent;

/// <summary>A user's choices for a module were changed; <c>Changed</c> names them, never their values.</summary>
[EventType("berth.module.configured")]
public sealed record ModuleConfigured(string OperationId, string Slug, string Version, string? Module, IReadOnlyList<string>? Changed) : BerthEvent;

/// <summary>An operation failed at a step and was undone.</summary>
[EventType("berth.operation.failed", NamesUsers = true)]
public sealed record OperationFailed(string OperationId, string Slug, string? Step, string? Code, string? Message) : BerthEvent;
