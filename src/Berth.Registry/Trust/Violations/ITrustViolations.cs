using System.Text.Json;

namespace Berth.Registry.Trust.Violations;

/// <summary>What a plugin did wrong, and what came of it.</summary>
public interface ITrustViolations
{
    /// <summary>Records a violation; its consequence is in force when this returns.</summary>
    Task<TrustResult<TrustViolation>> RecordAsync(TrustViolationDraft draft, TrustActor actor, CancellationToken cancellationToken = default);

    /// <summary>Takes a violation and its consequence back, where that is possible: removed versions do not come back.</summary>
    Task<TrustResult<TrustViolation>> LiftAsync(string id, string reason, TrustActor actor, bool isDryRun, CancellationToken cancellationToken = default);

    /// <summary>All of a plugin, newest first.</summary>
    Task<IReadOnlyList<TrustViolation>> OfPluginAsync(string slug, CancellationToken cancellationToken = default);
}

/// <summary>What is done about a violation.</summary>
public static class ViolationActions
{
    /// <summary>Told and shown; nothing else changes.</summary>
    public const string Warn = "warn";

    /// <summary>The level is lowered for a time.</summary>
    public const string Restrict = "restrict";

    /// <summary>The version or plugin is quarantined.</summary>
    public const string Quarantine = "quarantine";

    /// <summary>The version, or all, leave the catalogue for good, and running ones stop.</summary>
    public const string Remove = "remove";

    /// <summary>All actions, mildest first.</summary>
    public static IReadOnlyList<string> All { get; } = [Warn, Restrict, Quarantine, Remove];
}

/// <summary>One violation.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Slug">The plugin.</param>
/// <param name="Version">The version, when it is about one.</param>
/// <param name="Kind">What was violated, a word of the reviewer's: <c>malware</c>, <c>undeclared-network</c>, …</param>
/// <param name="Severity"><c>low</c>, <c>medium</c>, <c>high</c> or <c>critical</c>.</param>
/// <param name="Action">One of <see cref="ViolationActions"/>.</param>
/// <param name="Reason">For people.</param>
/// <param name="Evidence">What shows it.</param>
/// <param name="RecordedBy">Who.</param>
/// <param name="RecordedAt">When.</param>
/// <param name="ExpiresAt">When its consequence ends by itself.</param>
/// <param name="LiftedBy">Who took it back.</param>
/// <param name="LiftedAt">When.</param>
public sealed record TrustViolation(
    string Id, string Slug, string? Version, string Kind, string Severity, string Action, string Reason, JsonElement? Evidence,
    string RecordedBy, DateTimeOffset RecordedAt, DateTimeOffset? ExpiresAt, string? LiftedBy, DateTimeOffset? LiftedAt);

/// <summary>A violation to be recorded.</summary>
/// <param name="Slug">The plugin.</param>
/// <param name="Kind">What was violated.</param>
/// <param name="Severity">How bad.</param>
/// <param name="Action">What is done.</param>
/// <param name="Reason">Why.</param>
public sealed record TrustViolationDraft(string Slug, string Kind, string Severity, string Action, string Reason)
{
    /// <summary>The version, when it is about one.</summary>
    public string? Version { get; init; }

    /// <summary>For a restriction: the level; the next lower one when absent.</summary>
    public string? Level { get; init; }

    /// <summary>What shows it.</summary>
    public JsonElement? Evidence { get; init; }

    /// <summary>When the consequence ends by itself. A restriction without one ends after <see cref="RestrictionDays"/> days.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Only judge.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>How long a restriction holds when nobody says.</summary>
    public const int RestrictionDays = 30;
}
