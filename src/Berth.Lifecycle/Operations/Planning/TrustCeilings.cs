namespace Berth.Lifecycle.Operations.Planning;

/// <summary>Up to which risk a trust level lets capabilities be granted, where no registry's policies are known.</summary>
internal static class TrustCeilings
{
    // level       | highest risk
    // internal    | critical
    // verified    | high
    // community   | medium
    // untrusted   | low
    // quarantined | none, and so is a level that this host does not know
    private static readonly Dictionary<string, CapabilityRisk> Highest = new(StringComparer.Ordinal)
    {
        ["internal"] = CapabilityRisk.Critical,
        ["verified"] = CapabilityRisk.High,
        ["community"] = CapabilityRisk.Medium,
        ["untrusted"] = CapabilityRisk.Low,
    };

    private static readonly Dictionary<string, Capability> Known = Capabilities.All.ToDictionary(capability => capability.Name, StringComparer.Ordinal);

    public static bool Permits(string trustLevel, string capability) =>
        Highest.TryGetValue(trustLevel, out var highest) && Known.TryGetValue(capability, out var known) && known.Risk <= highest;

    /// <summary>Whether this host knows both. A policy can only permit what is known.</summary>
    public static bool IsKnown(string trustLevel, string capability) => Highest.ContainsKey(trustLevel) && Known.ContainsKey(capability);

    public static Capability Describe(string capability) =>
        Known.GetValueOrDefault(capability) ?? new Capability(capability, CapabilityRisk.Critical, "Not known to this host");
}
