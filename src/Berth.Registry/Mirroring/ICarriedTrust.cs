using System.Text.Json;
using Berth.Registry.Trust;

namespace Berth.Registry.Mirroring;

/// <summary>
/// Puts in force what another registry decided about the trust of a plugin that came from there, for mirrors and bundles alike. Its
/// later decisions follow, lower or higher; what people here decided stays, and so does what is this registry's own.
/// </summary>
public interface ICarriedTrust
{
    /// <summary>Carries a decision. A plugin is <c>verified</c> at most, because <c>internal</c> means a registry's own ones.</summary>
    /// <param name="there">The decision.</param>
    /// <param name="actor">Who carries it; raising asks the same of them as a decision of their own does.</param>
    /// <param name="isDryRun">Only say what would come of it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task<TrustResult<CarriedTrustOutcome>> CarryAsync(CarriedDecision there, TrustActor actor, bool isDryRun = false, CancellationToken cancellationToken = default);
}

/// <summary>A decision of another registry.</summary>
/// <param name="Slug">The plugin.</param>
/// <param name="Source">The registry.</param>
/// <param name="Level">One of <see cref="TrustLevels.All"/>.</param>
/// <param name="Reason">Why, as it says.</param>
public sealed record CarriedDecision(string Slug, string Source, string Level, string Reason)
{
    /// <summary>Who decided there.</summary>
    public string? DecidedBy { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>On what evidence.</summary>
    public JsonElement? Evidence { get; init; }

    /// <summary>When it runs out, there and here.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    internal string LevelHere => Level == TrustLevels.Internal ? TrustLevels.Verified : Level;

    internal CarriedEvidence ToEvidence() => new(Source, Level, DecidedBy, DecidedAt, Evidence);
}

/// <summary>What came of it.</summary>
/// <param name="Slug">The plugin.</param>
/// <param name="Level">Its level now.</param>
/// <param name="Previous">Its level before.</param>
/// <param name="Outcome">One of <see cref="CarriedTrustOutcomes"/>.</param>
/// <param name="ExpiresAt">When what was carried runs out.</param>
public sealed record CarriedTrustOutcome(string Slug, string Level, string Previous, string Outcome, DateTimeOffset? ExpiresAt);

/// <summary>What can come of a decision that is carried.</summary>
public static class CarriedTrustOutcomes
{
    /// <summary>It is in force now.</summary>
    public const string Carried = "carried";

    /// <summary>It was in force already.</summary>
    public const string Unchanged = "unchanged";

    /// <summary>People here have decided, and that stays.</summary>
    public const string DecidedHere = "decided_here";

    /// <summary>The plugin is this registry's own, as far as it knows, and stays <c>internal</c>.</summary>
    public const string Own = "own";

    /// <summary>It has run out on its way.</summary>
    public const string Over = "over";
}
