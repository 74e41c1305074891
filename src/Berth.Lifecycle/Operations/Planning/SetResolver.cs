namespace Berth.Lifecycle.Operations.Planning;

/// <summary>
/// Finds a consistent set: what is installed stays where it fits, then the newest version that fits everything decided so
/// far, taken back and tried again where that leads nowhere. Never an older version than the installed one.
/// </summary>
/// <remarks>
/// Each step looks for a broken rule and decides the one open plugin in it. In every consistent set that contains what is
/// decided, that plugin has another version than now; so nothing is missed. A circle may be broken at more than one plugin,
/// and a later step may break it elsewhere: what turns out not to be needed is left out at the end, so nothing is touched
/// that need not be.
/// </remarks>
internal sealed class SetResolver(SetProblem problem)
{
    /// <summary>Steps after which the search gives up: 10,000, some tens of milliseconds.</summary>
    public const int MaxSteps = 10_000;

    private readonly PluginSet _set = new(problem.Installed);
    private string? _unknown;
    private int _steps;
    private bool _hasBrokenCircle;

    public static SetOutcome Resolve(SetProblem problem) => new SetResolver(problem).Resolve();

    private bool IsOver => _unknown is not null || _steps > MaxSteps;

    private SetOutcome Resolve()
    {
        foreach (var root in problem.Root)
        {
            if (TryDecide(root))
            {
                if (_hasBrokenCircle)
                    LeaveOut(root);
                return new SetOutcome.Found(_set, root, SetOrder.Of(_set));
            }

            if (IsOver)
                break;
        }

        if (_unknown is not null)
            return new SetOutcome.Needs(_unknown);
        if (_steps <= MaxSteps)
            return SetDiagnosis.Of(problem);
        return new SetOutcome.Impossible([new RefusalReason(
            "dependency.too_complex",
            $"No set of versions for {problem.Root[0].Slug} was found within {MaxSteps} steps. Name a version of it, or install what it needs one by one.")]);
    }

    private bool TryDecide(SetNode node)
    {
        _set.Decide(node);
        if (Search())
            return true;
        _set.TakeBack();
        return false;
    }

    /// <summary>Takes out of a consistent set what it is consistent without, the first decided last.</summary>
    private void LeaveOut(SetNode root)
    {
        bool isSmaller;
        do
        {
            isSmaller = false;
            foreach (var node in _set.Decided.Reverse().Where(node => node != root).ToList())
            {
                _set.LeaveOut(node);
                if (SetRules.Violations(_set).Any())
                    _set.Decide(node);
                else
                    isSmaller = true;
            }
        }
        while (isSmaller);
    }

    private bool Search()
    {
        if (++_steps > MaxSteps)
            return false;
        Violation? first = null;
        foreach (var violation in SetRules.Violations(_set))
        {
            if (violation.Open is null)
                return false;
            first ??= violation;
        }

        return first is null || Branches(first).Any(TryDecide);
    }

    /// <summary>
    /// What may be decided to mend a broken rule; ends early when the options of a plugin are not known yet. A circle can
    /// be broken at any of its open plugins, by a version that does not need the next one.
    /// </summary>
    private IEnumerable<SetNode> Branches(Violation violation)
    {
        var isCycle = violation.Kind is ViolationKind.Cycle;
        _hasBrokenCircle |= isCycle;
        var opens = isCycle ? violation.Cycle.SkipLast(1).Where(slug => _set.TryFind(slug, out var node) && node.IsKept) : [violation.Open!];
        foreach (var open in opens.ToList())
        {
            if (problem.OptionsOf(open) is not { } options)
            {
                _unknown = open;
                yield break;
            }

            foreach (var option in options.Nodes)
            {
                if (IsOver)
                    yield break;
                if (!isCycle || !Needs(option, violation.Cycle[violation.Cycle.IndexOf(open) + 1]))
                    yield return option;
            }
        }
    }

    private static bool Needs(SetNode node, string slug) => node.Manifest?.Dependencies.Keys.Any(name => SetRules.IsSlug(name, slug)) is true;
}
