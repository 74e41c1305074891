namespace Berth.Packaging.Scanning.Il;

/// <summary>What the use of a member means: a capability that is needed, or a finding whatever is declared.</summary>
/// <param name="AnyOf">Capabilities of which one must be declared; the first is the one that is named. Empty when no capability permits it.</param>
/// <param name="Code">The finding, when no capability permits it.</param>
/// <param name="Severity">Of the finding, where it differs from the code's.</param>
internal sealed record ApiUse(IReadOnlyList<string> AnyOf, FindingCode? Code = null, Severity? Severity = null)
{
    public static ApiUse Needs(params string[] anyOf) => new(anyOf);

    public static ApiUse Is(FindingCode code, Severity? severity = null) => new([], code, severity);

    /// <summary>How bad it is to use it without having declared it: as much as the capability can do.</summary>
    public Severity UndeclaredSeverity => Capabilities.All.First(capability => capability.Name == AnyOf[0]).Risk switch
    {
        CapabilityRisk.Low => Scanning.Severity.Low,
        CapabilityRisk.Medium => Scanning.Severity.Medium,
        CapabilityRisk.High => Scanning.Severity.High,
        _ => Scanning.Severity.Critical,
    };
}
