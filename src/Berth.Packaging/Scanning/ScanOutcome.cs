namespace Berth.Packaging.Scanning;

/// <summary>
/// How a scanner's look at a package ended. Only <see cref="Clean"/> is clean: a scanner that is not there, broke, or ran out of
/// time has said nothing, and nothing said is never taken for good news.
/// </summary>
public abstract record ScanOutcome
{
    private ScanOutcome()
    {
    }

    /// <summary>The outcome's word on the wire: <c>clean</c>, <c>findings</c>, <c>not_configured</c>, <c>error</c>, <c>timeout</c>.</summary>
    public string Word => this switch
    {
        Clean => "clean",
        Findings => "findings",
        NotConfigured => "not_configured",
        Error => "error",
        Timeout => "timeout",
        _ => throw new InvalidOperationException($"Unknown outcome {GetType().Name}."),
    };

    /// <summary>Everything was looked at and nothing was found.</summary>
    public sealed record Clean : ScanOutcome;

    /// <summary>Everything was looked at and something was found.</summary>
    /// <param name="Items">What, at least one.</param>
    public sealed record Findings(IReadOnlyList<Finding> Items) : ScanOutcome;

    /// <summary>The scanner is not set up on this registry.</summary>
    public sealed record NotConfigured : ScanOutcome;

    /// <summary>The scanner broke.</summary>
    /// <param name="Reason">Why, without paths of the machine.</param>
    public sealed record Error(string Reason) : ScanOutcome;

    /// <summary>The scanner did not come to an end in its time.</summary>
    /// <param name="After">The time it had.</param>
    public sealed record Timeout(TimeSpan After) : ScanOutcome;
}

/// <summary>One scanner's outcome on one package.</summary>
/// <param name="Scanner">The scanner's name: <c>il</c>, <c>scripts</c>, <c>secrets</c>, <c>dependencies</c>, <c>names</c>, <c>archives</c>.</param>
/// <param name="RuleSet">Version of the rules it went by; a newer one makes this outcome old.</param>
/// <param name="Outcome">What came of it.</param>
public sealed record ScannerVerdict(string Scanner, int RuleSet, ScanOutcome Outcome);
