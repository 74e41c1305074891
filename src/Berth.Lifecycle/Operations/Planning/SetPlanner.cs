using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Store;

namespace Berth.Lifecycle.Operations.Planning;

/// <summary>Asks the resolver, and brings it the versions of each plugin that it turns out to need.</summary>
internal sealed class SetPlanner(VersionChoice choice, SharedStore store)
{
    /// <summary>Plugins that a set may be looked for among: 200.</summary>
    public const int MaxPlugins = 200;

    /// <summary>Finds the set that puts one of these versions in force, or all reasons why there is none.</summary>
    public async ValueTask<(SetProblem Problem, SetOutcome Outcome)> PlanAsync(
        UserInstallations installed, IReadOnlyList<SetNode> root, CancellationToken cancellationToken)
    {
        var options = new Dictionary<string, SetOptions>(StringComparer.OrdinalIgnoreCase);
        var problem = new SetProblem(NodesOf(installed), root, options.GetValueOrDefault);
        while (true)
        {
            var outcome = SetResolver.Resolve(problem);
            if (outcome is not SetOutcome.Needs { Slug: var slug })
                return (problem, outcome);
            if (options.Count == MaxPlugins)
            {
                return (problem, new SetOutcome.Impossible([new RefusalReason(
                    "dependency.too_complex", $"{root[0].Slug} and what it needs are more than {MaxPlugins} plugins. Install what it needs one by one.")]));
            }

            options[slug] = await choice.ForDependencyAsync(
                installed.UserId, slug, installed.TryFind(slug, out var plugin) ? plugin : null, cancellationToken);
        }
    }

    /// <summary>Whether versions that were chosen before are still a set on what the user has now; all reasons why not.</summary>
    public IReadOnlyList<RefusalReason> CheckAgain(UserInstallations now, SetNode root, IReadOnlyList<SetNode> chosen)
    {
        var set = new PluginSet(NodesOf(now));
        foreach (var node in chosen)
            set.Decide(node);
        if (!SetRules.Violations(set).Any())
            return [];
        var problem = new SetProblem(NodesOf(now), [root], slug => new SetOptions([.. chosen.Where(node => SetRules.IsSlug(node.Slug, slug))]));
        return SetDiagnosis.Of(problem) is SetOutcome.Impossible { Reasons: var reasons } ? reasons : [];
    }

    private Dictionary<string, SetNode> NodesOf(UserInstallations installed)
    {
        var nodes = new Dictionary<string, SetNode>(installed.Plugins.Count, StringComparer.OrdinalIgnoreCase);
        foreach (var plugin in installed.Plugins)
            nodes.Add(plugin.Slug, SetNode.Of(plugin, store.Find(plugin.Slug, plugin.Version)?.Manifest));
        return nodes;
    }
}
