using Berth.Packaging.Scanning;

namespace Berth.Cli.Commands;

/// <summary>One finding as <c>scan</c> and <c>validate</c> print it.</summary>
internal sealed record FindingLine(string Code, string Severity, string? File, int? Line, int? Column, string Explanation, string Remedy, string? Capability)
{
    /// <summary>File, line and column as one word.</summary>
    public string Place() => Line is null ? File ?? "" : $"{File}:{Line}:{Column}";

    /// <summary>From a scanner's finding.</summary>
    public static FindingLine Of(Finding finding) => new(
        finding.Code, finding.Severity.ToString().ToLowerInvariant(), finding.File, finding.Line, finding.Column, finding.Explanation, finding.Remedy, finding.Capability);
}
