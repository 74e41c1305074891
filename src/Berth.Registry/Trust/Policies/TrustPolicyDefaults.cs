using Berth.Packaging.Scanning;

namespace Berth.Registry.Trust.Policies;

/// <summary>The policies Berth comes with.</summary>
internal static class TrustPolicyDefaults
{
    /// <summary>Scanners that exist.</summary>
    public static IReadOnlyList<string> AllScanners { get; } = ["il", "scripts", "secrets", "dependencies", "names", "archives"];

    /// <summary>One for each level, most trusted first.</summary>
    public static IReadOnlyList<TrustPolicy> All { get; } =
    [
        new(TrustLevels.Internal, null, "none", [], AllScanners, Severity.Critical, null, TimeSpan.Zero, AutoUpdate: true, RateFactor: 10),
        new(TrustLevels.Verified, UpTo(CapabilityRisk.High), "none", [], AllScanners, Severity.High, null, TimeSpan.Zero, AutoUpdate: true, RateFactor: 4),
        new(TrustLevels.Community, UpTo(CapabilityRisk.Medium), "process", [], AllScanners, Severity.High, null, TimeSpan.Zero, AutoUpdate: false, RateFactor: 1),
        new(TrustLevels.Untrusted, UpTo(CapabilityRisk.Low), "sandbox", [], AllScanners, Severity.Medium, null, TimeSpan.Zero, AutoUpdate: false, RateFactor: 0.5),
        new(TrustLevels.Quarantined, [], "sandbox", [], AllScanners, Severity.Info, null, TimeSpan.Zero, AutoUpdate: false, RateFactor: 0.5),
    ];

    private static string[] UpTo(CapabilityRisk highest) => [.. Capabilities.All.Where(capability => capability.Risk <= highest).Select(capability => capability.Name)];
}
