namespace Berth.Lifecycle.Operations;

/// <summary>How an operation ended.</summary>
public abstract record OperationOutcome
{
    private OperationOutcome()
    {
    }

    /// <summary>It happened, durably.</summary>
    public sealed record Done(OperationResult Result) : OperationOutcome;

    /// <summary>Nothing happened: a dry run, and this is what would happen.</summary>
    public sealed record Planned(OperationPlan Plan) : OperationOutcome;

    /// <summary>Nothing changed: the operation is not possible as things are.</summary>
    /// <param name="Kind">Which kind of no.</param>
    /// <param name="Code">Stable and dotted, for example <c>plugin.already_installed</c>.</param>
    /// <param name="Message">What happened, to which plugin, why, and what to do next.</param>
    /// <param name="Reasons">All reasons, when there are several.</param>
    /// <param name="RetryAfter">When it makes sense to try again, for <see cref="RefusalKind.Unavailable"/>.</param>
    public sealed record Refused(
        RefusalKind Kind, string Code, string Message, IReadOnlyList<RefusalReason> Reasons, TimeSpan? RetryAfter = null) : OperationOutcome;

    /// <summary>It was tried, failed at a step, and was undone: the old state holds.</summary>
    /// <param name="Code">Stable and dotted, for example <c>plugin.install_failed</c>.</param>
    /// <param name="Step">The step that failed.</param>
    /// <param name="Message">What failed and why.</param>
    /// <param name="RetryAfter">When it makes sense to try again, for passing troubles (503).</param>
    public sealed record Failed(string Code, string Step, string Message, TimeSpan? RetryAfter = null) : OperationOutcome;
}

/// <summary>Which kind of no; the HTTP layer maps each to one status.</summary>
public enum RefusalKind
{
    /// <summary>404: there is no such plugin, version, or installation for this user.</summary>
    NotFound,

    /// <summary>409: the state forbids it, or another operation on the same plugin of the same user runs.</summary>
    Conflict,

    /// <summary>422: the version cannot be installed here; all reasons are given.</summary>
    Unprocessable,

    /// <summary>503: the registry is away, and the version is not in the store.</summary>
    Unavailable,
}

/// <summary>One reason of a refusal.</summary>
/// <param name="Code">For example <c>dependency.missing</c>, <c>conflict.installed</c>, <c>capability.not_permitted</c>, <c>isolation.unavailable</c>, <c>engine.unsupported</c>.</param>
/// <param name="Message">For people.</param>
/// <param name="Pointer">JSON pointer into what was sent, when it is about a part of it.</param>
public sealed record RefusalReason(string Code, string Message, string? Pointer = null);

/// <summary>What an operation did.</summary>
public sealed record OperationResult
{
    /// <summary>The journal entry's id.</summary>
    public required string OperationId { get; init; }

    /// <summary><c>install</c>, <c>update</c>, …</summary>
    public required string Kind { get; init; }

    /// <summary>The plugin.</summary>
    public required string Slug { get; init; }

    /// <summary><c>{user_id}_{slug}</c>.</summary>
    public required string PluginId { get; init; }

    /// <summary>The version now in force; for an uninstall the one that was.</summary>
    public required string Version { get; init; }

    /// <summary>The version before, for update and rollback.</summary>
    public string? PreviousVersion { get; init; }

    /// <summary>Ids of modules that were created.</summary>
    public IReadOnlyList<string> ModulesCreated { get; init; } = [];

    /// <summary>Ids of modules that were deleted.</summary>
    public IReadOnlyList<string> ModulesDeleted { get; init; } = [];

    /// <summary>What came along: the other plugins' own results, in the order in which they were put in force.</summary>
    public IReadOnlyList<OperationResult> Members { get; init; } = [];

    /// <summary>Slugs of the plugins that were installed along.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IReadOnlyList<string> DependenciesInstalled =>
        [.. Members.Where(member => string.Equals(member.Kind, "install", StringComparison.Ordinal)).Select(member => member.Slug)];

    /// <summary>What a repair found wrong with the version's files and put back, for example <c>modified: dist/remoteEntry.js</c>.</summary>
    public IReadOnlyList<string> FilesRestored { get; init; } = [];

    /// <summary>Names of the settings that were changed; never values.</summary>
    public IReadOnlyList<string> Changed { get; init; } = [];

    /// <summary>The module that was changed, when it was one.</summary>
    public string? Module { get; init; }

    /// <summary><c>optimized</c> or <c>original</c>: which files the user chose, when that was it.</summary>
    public string? Variant { get; init; }

    /// <summary>Capabilities that were granted, when that was it.</summary>
    public IReadOnlyList<string>? Granted { get; init; }

    /// <summary>Capabilities that were taken back, when that was it.</summary>
    public IReadOnlyList<string>? Revoked { get; init; }

    /// <summary>Whether the user's data was carried over from another version.</summary>
    public bool Migrated { get; init; }

    /// <summary>What else the user should know, for example that the plugin's own uninstall code threw.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>What an operation would do.</summary>
public sealed record OperationPlan
{
    /// <summary><c>install</c>, <c>update</c>, …</summary>
    public required string Kind { get; init; }

    /// <summary>The plugin.</summary>
    public required string Slug { get; init; }

    /// <summary>The version in force now, if there is one.</summary>
    public string? FromVersion { get; init; }

    /// <summary>The version afterwards; <see langword="null"/> for an uninstall.</summary>
    public string? Version { get; init; }

    /// <summary>Digest of the package.</summary>
    public string? Digest { get; init; }

    /// <summary>Bytes to fetch; 0 when the version is in the store.</summary>
    public long DownloadBytes { get; init; }

    /// <summary>Declared capabilities, and whether each is new since <see cref="FromVersion"/> and granted by this request.</summary>
    public IReadOnlyList<PlannedCapability> Capabilities { get; init; } = [];

    /// <summary>Names of the modules afterwards.</summary>
    public IReadOnlyList<string> Modules { get; init; } = [];

    /// <summary>What the user should know.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What comes along, in the order in which it would be put in force.</summary>
    public IReadOnlyList<PlannedMember> Members { get; init; } = [];

    /// <summary>Why each version was chosen, what stays as it is, and which newer versions were passed over.</summary>
    public IReadOnlyList<string> Explanations { get; init; } = [];

    /// <summary>The steps in order.</summary>
    public IReadOnlyList<string> Steps { get; init; } = [];
}

/// <summary>Another plugin in a plan.</summary>
/// <param name="Plan">What happens to it, as if it had been asked for by itself.</param>
/// <param name="Reason">Why it comes along, for example <c>needed by A 2.1.0 (^1.4)</c>.</param>
public sealed record PlannedMember(OperationPlan Plan, string Reason);

/// <summary>One capability in a plan.</summary>
/// <param name="Capability">The capability.</param>
/// <param name="IsNew">Whether the version in force does not ask for it, or reaches fewer hosts with it.</param>
/// <param name="IsGranted">Whether it would be granted.</param>
public sealed record PlannedCapability(Capability Capability, bool IsNew, bool IsGranted)
{
    /// <summary>The hosts that it reaches, <c>*</c> for any public one; <see langword="null"/> for a capability that is not about hosts.</summary>
    public IReadOnlyList<string>? Hosts { get; init; }

    /// <summary>Whether the version's trust level lets it be granted.</summary>
    public bool IsPermitted { get; init; } = true;
}
