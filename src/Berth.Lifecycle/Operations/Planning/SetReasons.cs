using Berth.Packaging.Versioning;

namespace Berth.Lifecycle.Operations.Planning;

/// <summary>Why a found set is what it is, in sentences.</summary>
internal static class SetReasons
{
    private static readonly Dictionary<string, VersionRange> Nothing = [];

    /// <summary>Why a member is in the set, beside the plugin that was asked for.</summary>
    public static string WhyOf(PluginSet set, SetNode member)
    {
        var needs = Demands(set, member).ToList();
        if (set.InstalledOf(member.Slug) is not { } installed)
            return $"needed by {string.Join(", ", needs.Select(Shown))}";

        var unmet = needs.Where(need => !installed.Fits(need.Range)).ToList();
        if (unmet.Count > 0)
            return $"{installed.Version} does not fit what {string.Join(", ", unmet.Select(Shown))} needs";
        var others = set.Decided.Where(other => other != member && Meets(installed, other)).Select(other => other.ToString()).ToList();
        return others.Count == 0 ? $"{installed.Version} does not get along with the rest" : $"{installed.Version} does not get along with {string.Join(", ", others)}";
    }

    /// <summary>Every choice: what comes along and why, what stays, and which newer version was passed over for which reason.</summary>
    public static IReadOnlyList<string> Explain(SetProblem problem, SetOutcome.Found found)
    {
        List<string> sentences = [];
        foreach (var passed in problem.Root.TakeWhile(root => root != found.Root).Take(5))
            sentences.Add($"{passed} was passed over: {FirstReason(problem, passed)}");
        foreach (var member in found.Order.Where(member => member != found.Root))
            sentences.Add($"{member}{(found.Set.InstalledOf(member.Slug) is { } before ? $" replaces {before.Version}" : " comes along")}: {WhyOf(found.Set, member)}.");
        foreach (var kept in found.Set.Kept)
        {
            if (Demands(found.Set, kept).Where(need => !need.From.IsKept).ToList() is { Count: > 0 } needs)
                sentences.Add($"{kept} stays: it fits {string.Join(", ", needs.Select(Shown))}.");
        }

        return sentences;
    }

    private static string FirstReason(SetProblem problem, SetNode passed) =>
        SetDiagnosis.Of(problem, passed) is SetOutcome.Impossible { Reasons: [var reason, ..] } ? reason.Message : "its dependencies exclude each other.";

    private static IEnumerable<(SetNode From, VersionRange Range)> Demands(PluginSet set, SetNode target) =>
        from node in set.Decided.Concat(set.Kept.Where(kept => kept.IsEnabled))
        from need in node.Manifest?.Dependencies ?? Nothing
        where SetRules.IsSlug(need.Key, target.Slug) && !SetRules.IsSlug(node.Slug, target.Slug)
        select (node, need.Value);

    /// <summary>Whether an installed version asks for something that a decided one does not give.</summary>
    private static bool Meets(SetNode installed, SetNode decided) =>
        (installed.Manifest?.Dependencies ?? Nothing).Concat(installed.Manifest?.OptionalDependencies ?? Nothing)
            .Any(need => SetRules.IsSlug(need.Key, decided.Slug) && !decided.Fits(need.Value))
        || (installed.Manifest?.Conflicts ?? Nothing).Any(other => SetRules.IsSlug(other.Key, decided.Slug) && other.Value.Contains(decided.Version, includePrerelease: true))
        || (decided.Manifest?.Conflicts ?? Nothing).Any(other => SetRules.IsSlug(other.Key, installed.Slug) && other.Value.Contains(installed.Version, includePrerelease: true))
        || (decided.Manifest?.OptionalDependencies ?? Nothing).Any(other => SetRules.IsSlug(other.Key, installed.Slug) && !installed.Fits(other.Value));

    private static string Shown((SetNode From, VersionRange Range) need) => $"{need.From} ({need.Range})";
}
