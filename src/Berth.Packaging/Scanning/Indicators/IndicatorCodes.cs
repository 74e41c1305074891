namespace Berth.Packaging.Scanning.Indicators;

/// <summary>Findings of a registry's own indicators.</summary>
internal static class IndicatorCodes
{
    public static readonly FindingCode Match = new("scan.indicators.match", Severity.High, "Ask the registry's administrators what the rule is about.");

    public static IReadOnlyList<FindingCode> All { get; } = [Match];
}
