using System.Collections.Frozen;
using Berth.Host.Isolation;

namespace Berth.Lifecycle.Isolation;

/// <summary>The one holder of the rules in force on this node, by slug; <see cref="IsolationRuleBook"/> replaces it. Reading takes no lock.</summary>
internal sealed class IsolationRuleState
{
    private volatile FrozenDictionary<string, PlacementRule> _rules = FrozenDictionary<string, PlacementRule>.Empty;
    private int _generation;

    /// <summary>Grows with every change.</summary>
    public int Generation => Volatile.Read(ref _generation);

    /// <summary>What administrators say of a plugin: the strictest of all rules that hit it.</summary>
    public PlacementRule? Of(string slug) => _rules is { Count: > 0 } rules ? rules.GetValueOrDefault(slug) : null;

    /// <summary>Takes over what is in force.</summary>
    public void Take(IReadOnlyList<IsolationRule> rules)
    {
        var now = rules.SelectMany(rule => rule.Plugins, (rule, slug) => (Slug: slug, Rule: PlacementRule.Of(rule.Level, rule.Limits)))
            .GroupBy(one => one.Slug, StringComparer.OrdinalIgnoreCase)
            .ToFrozenDictionary(group => group.Key, group => group.Select(one => one.Rule).Aggregate(PlacementRule.Stricter), StringComparer.OrdinalIgnoreCase);
        var before = _rules;
        if (now.Count == before.Count && now.All(one => before.TryGetValue(one.Key, out var rule) && rule == one.Value))
            return;
        _rules = now;
        Interlocked.Increment(ref _generation);
    }
}
