using Berth.Packaging.Scanning;

namespace Berth.Registry.Scanning;

/// <summary>What one scanner said of a version.</summary>
/// <param name="Scanner">Its name.</param>
/// <param name="RuleSet">The rules it went by.</param>
/// <param name="Outcome"><c>clean</c>, <c>findings</c>, <c>not_configured</c>, <c>error</c>, <c>timeout</c>.</param>
/// <param name="Reason">Of an error or a timeout.</param>
/// <param name="Findings">What it found.</param>
public sealed record VerdictRecord(string Scanner, int RuleSet, string Outcome, string? Reason, IReadOnlyList<Finding> Findings)
{
    /// <summary>When it said so; unset while it is not stored.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The same as a scan says it.</summary>
    internal ScannerVerdict ToVerdict() => new(Scanner, RuleSet, Outcome switch
    {
        "clean" => new ScanOutcome.Clean(),
        "findings" => new ScanOutcome.Findings(Findings),
        "not_configured" => new ScanOutcome.NotConfigured(),
        "timeout" => new ScanOutcome.Timeout(ScanLimits.Default.MaxTime),
        _ => new ScanOutcome.Error(Reason ?? ""),
    });

    internal static VerdictRecord Of(ScannerVerdict verdict) => new(
        verdict.Scanner,
        verdict.RuleSet,
        verdict.Outcome.Word,
        verdict.Outcome switch
        {
            ScanOutcome.Error error => error.Reason,
            ScanOutcome.Timeout timeout => $"Not done after {timeout.After.TotalSeconds:0.#} s.",
            _ => null,
        },
        verdict.Outcome is ScanOutcome.Findings found ? found.Items : []);
}
