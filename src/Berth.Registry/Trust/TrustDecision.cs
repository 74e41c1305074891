using System.Text.Json;

namespace Berth.Registry.Trust;

/// <summary>One decision.</summary>
/// <param name="Slug">The plugin.</param>
/// <param name="Level">The level.</param>
/// <param name="DecidedBy">Who.</param>
/// <param name="Reason">Why.</param>
/// <param name="At">When.</param>
public sealed record TrustDecision(string Slug, string Level, string DecidedBy, string Reason, DateTimeOffset At)
{
    /// <summary>Its number; a later decision has a higher one.</summary>
    public long Seq { get; init; }

    /// <summary><c>decision</c>, <c>request</c> (a request that was approved), <c>restriction</c> (the consequence of a violation) or <c>carried</c> (another registry's, by a mirror or a bundle).</summary>
    public string Kind { get; init; } = "decision";

    /// <summary>What it was based on: whatever the decider sent along.</summary>
    public JsonElement? Evidence { get; init; }

    /// <summary>When it runs out and the one before comes back; <see langword="null"/> for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was lifted.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Whether it is the one that counts now.</summary>
    public bool InForce { get; init; }
}

/// <summary>A decision to be made.</summary>
/// <param name="Slug">The plugin, without regard to case.</param>
/// <param name="Level">One of <see cref="TrustLevels.All"/>.</param>
/// <param name="Reason">Why.</param>
public sealed record TrustDraft(string Slug, string Level, string Reason)
{
    /// <summary>What it is based on.</summary>
    public JsonElement? Evidence { get; init; }

    /// <summary>When it runs out.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Only judge.</summary>
    public bool IsDryRun { get; init; }
}

/// <summary>What is in force for a plugin.</summary>
/// <param name="Slug">As it is spelled.</param>
/// <param name="OwnerId">Who owns it.</param>
/// <param name="Level">The level in force.</param>
/// <param name="Decided">The level that was decided; another one than <paramref name="Level"/> only while all of the plugin is quarantined.</param>
/// <param name="QuarantinedVersions">Versions that are quarantined.</param>
/// <param name="ChangesAt">When time alone changes it.</param>
public sealed record TrustStanding(
    string Slug, string OwnerId, string Level, string Decided, IReadOnlyCollection<string> QuarantinedVersions, DateTimeOffset? ChangesAt);
