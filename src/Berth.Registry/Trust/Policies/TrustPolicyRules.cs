namespace Berth.Registry.Trust.Policies;

/// <summary>What a policy must be like: by itself, and beside those of the other levels. All faults at once.</summary>
internal static class TrustPolicyRules
{
    private static readonly string[] Isolations = ["none", "process", "sandbox", "container", "vm"];
    private static readonly string[] Signers = ["author", "registry"];
    private static readonly TimeSpan LongestCoolDown = TimeSpan.FromDays(365);

    /// <summary>What is wrong with a policy that would take the place of the one of its level.</summary>
    /// <param name="policy">The new one.</param>
    /// <param name="inForce">The policies of all levels as they are.</param>
    public static IReadOnlyList<string> Check(TrustPolicy policy, IReadOnlyList<TrustPolicy> inForce)
    {
        List<string> faults = [];
        var known = Capabilities.All.Select(capability => capability.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var name in policy.CapabilityCeiling?.Where(name => !known.Contains(name)) ?? [])
            faults.Add($"capability_ceiling: there is no capability '{name}'. GET /api/v1/trust/capabilities lists them.");
        if (!Isolations.Contains(policy.Isolation))
            faults.Add($"isolation: one of {string.Join(", ", Isolations)}.");
        if (policy.RequiredSignatures.Any(one => !Signers.Contains(one)))
            faults.Add($"required_signatures: only {string.Join(" and ", Signers)}.");
        if (policy.RequiredScanners.Any(one => !TrustPolicyDefaults.AllScanners.Contains(one)))
            faults.Add($"required_scanners: only {string.Join(", ", TrustPolicyDefaults.AllScanners)}.");
        if (policy.RefusesFrom is { } refuses && refuses < policy.HoldsFrom)
            faults.Add("refuses_from: not milder than holds_from, because what is refused is never held.");
        if (policy.CoolDown < TimeSpan.Zero || policy.CoolDown > LongestCoolDown)
            faults.Add("cool_down_seconds: from 0 to 31,536,000 (a year).");
        if (policy.RateFactor is not (> 0 and <= 1000))
            faults.Add("rate_factor: more than 0, at most 1,000.");
        faults.AddRange(policy.Limits.Faults());
        if (policy.Level == TrustLevels.Quarantined && policy.CapabilityCeiling is not { Count: 0 })
            faults.Add("capability_ceiling: what is quarantined can do nothing, so it is [].");
        CheckOrder(policy, inForce, faults);
        return faults;
    }

    /// <summary>Who is trusted less never gets more.</summary>
    private static void CheckOrder(TrustPolicy policy, IReadOnlyList<TrustPolicy> inForce, List<string> faults)
    {
        foreach (var other in inForce.Where(other => other.Level != policy.Level))
        {
            var (higher, lower) = TrustLevels.IsAbove(policy.Level, other.Level) ? (policy, other) : (other, policy);
            var extra = Names(lower).Except(Names(higher), StringComparer.Ordinal).ToList();
            if (extra.Count > 0)
                faults.Add($"capability_ceiling: '{lower.Level}' would permit {string.Join(", ", extra)}, which the more trusted '{higher.Level}' does not. Ceilings must not widen downwards: change the other level first.");
            if (Strength(lower.Isolation) < Strength(higher.Isolation))
                faults.Add($"isolation: '{lower.Level}' would run at '{lower.Isolation}' and the more trusted '{higher.Level}' at '{higher.Isolation}'. Isolation must not weaken downwards.");
        }
    }

    private static IEnumerable<string> Names(TrustPolicy policy) => policy.CapabilityCeiling ?? Capabilities.All.Select(capability => capability.Name);

    // Sandbox, container and vm each put more between code and host than a process does; none of them is below another.
    private static int Strength(string isolation) => isolation switch { "none" => 0, "process" => 1, _ => 2 };
}
