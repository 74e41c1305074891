using Berth.Host.Isolation;
using Berth.Lifecycle.Trust;

namespace Berth.Lifecycle.Isolation;

/// <summary>What the registry's policies and this host's administrators say together: each can be stricter, none weaker than the other.</summary>
internal sealed class PlacementRules(RegistryTrust trust, IsolationRuleState administrators) : IPlacementRules
{
    // Both only grow, so the sum does not stay the same when one of them changes.
    public int Generation => trust.Generation + administrators.Generation;

    public PlacementRule? Of(string slug, string trustLevel) => (((IPlacementRules)trust).Of(slug, trustLevel), administrators.Of(slug)) switch
    {
        (null, var rule) => rule,
        (var rule, null) => rule,
        var (policy, rule) => PlacementRule.Stricter(policy, rule),
    };
}
