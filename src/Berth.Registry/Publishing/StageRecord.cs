using System.Text.Json;

namespace Berth.Registry.Publishing;

/// <summary>What a stage said of a version, as it is kept and shown.</summary>
/// <param name="Stage">The stage's name.</param>
/// <param name="Verdict">One of <see cref="StageVerdicts"/>.</param>
/// <param name="RuleSet">Version of the rules it went by.</param>
/// <param name="Code">Why not passed, dotted.</param>
/// <param name="Reason">The same in words.</param>
/// <param name="At">When it ended.</param>
/// <param name="Milliseconds">How long it took.</param>
public sealed record StageRecord(string Stage, string Verdict, int RuleSet, string? Code, string? Reason, DateTimeOffset At, long Milliseconds)
{
    /// <summary>What the stage found out, where it is asked for: an object.</summary>
    public JsonElement? Evidence { get; init; }
}

/// <summary>Words for a stage's verdict. A stage that broke or ran out of time has not passed, and is not taken for one that found something.</summary>
public static class StageVerdicts
{
    /// <summary>Nothing against the version.</summary>
    public const string Passed = "passed";

    /// <summary>Somebody has to look at it.</summary>
    public const string Held = "held";

    /// <summary>Not acceptable.</summary>
    public const string Refused = "refused";

    /// <summary>The stage broke; held.</summary>
    public const string Failed = "failed";

    /// <summary>The stage did not come to an end in its time; held.</summary>
    public const string TimedOut = "timed_out";
}
