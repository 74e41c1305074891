namespace Berth.Host.Services;

/// <summary>The most that a trust level permits: internal everything, verified up to high, community up to medium, others low.</summary>
internal static class CapabilityCeiling
{
    /// <summary>Those of the declared capabilities that the level permits.</summary>
    public static IEnumerable<string> Apply(IEnumerable<string> declared, string trustLevel)
    {
        var highest = trustLevel switch
        {
            "internal" => CapabilityRisk.Critical,
            "verified" => CapabilityRisk.High,
            "community" => CapabilityRisk.Medium,
            _ => CapabilityRisk.Low,
        };
        return declared.Where(name => Capabilities.All.Any(capability => string.Equals(capability.Name, name, StringComparison.Ordinal) && capability.Risk <= highest));
    }
}
