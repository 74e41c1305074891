namespace Berth.Packaging.Scanning.Dependencies;

/// <summary>Findings about what a package brings along.</summary>
internal static class DependencyCodes
{
    public static readonly FindingCode Vulnerable = new("scan.dependencies.vulnerable", Severity.Medium, "Update the dependency to a version that the advisory does not name, and build again.");
    public static readonly FindingCode Malicious = new("scan.dependencies.malicious", Severity.Critical, "Remove the dependency, and take what it could reach for known.");
    public static readonly FindingCode Unreadable = new("scan.dependencies.unreadable", Severity.Medium, "Pack the file that the build wrote, or none.");

    public static IReadOnlyList<FindingCode> All { get; } = [Vulnerable, Malicious, Unreadable];
}
