using Berth.Packaging.Versioning;

namespace Berth.Lifecycle.Operations.Planning;

/// <summary>
/// Why there is no set: follows the preferred choices without ever turning back, and notes everything that is in the way.
/// </summary>
internal sealed class SetDiagnosis
{
    private readonly SetProblem _problem;
    private readonly PluginSet _set;
    private readonly SetNode _root;
    private readonly HashSet<(ViolationKind, string, string)> _noted = [];
    private readonly List<RefusalReason> _reasons = [];

    private SetDiagnosis(SetProblem problem, SetNode root) => (_problem, _root, _set) = (problem, root, new PluginSet(problem.Installed));

    public static SetOutcome Of(SetProblem problem) =>
        Of(problem, problem.Root.FirstOrDefault(root => root.Faults.Count == 0) ?? problem.Root[0]);

    /// <summary>Why one version of the plugin cannot be had.</summary>
    public static SetOutcome Of(SetProblem problem, SetNode root) => new SetDiagnosis(problem, root).Run();

    private SetOutcome Run()
    {
        _set.Decide(_root);
        while (SetRules.Violations(_set).FirstOrDefault(violation => !_noted.Contains(Key(violation))) is { } violation)
        {
            if (violation.Open is not { } open)
            {
                Note(violation);
                continue;
            }

            if (_problem.OptionsOf(open) is not { } options)
                return new SetOutcome.Needs(open);
            if ((options.Nodes.FirstOrDefault(IsGood) ?? SecondBest(violation, open, options)) is { } choice)
                _set.Decide(choice);
            else
                NoteNone(violation, open, options);
        }

        return new SetOutcome.Impossible(_reasons.Count > 0 ? _reasons : [new RefusalReason(
            "dependency.conflict", $"The versions that {_root} needs exclude each other, directly or by what they need themselves.")]);
    }

    /// <summary>Whether a choice is in nobody's way who was decided before.</summary>
    private bool IsGood(SetNode option)
    {
        _set.Decide(option);
        var isGood = !SetRules.Violations(_set).Any(violation => violation.Open is null && !_noted.Contains(Key(violation)));
        _set.TakeBack();
        return isGood;
    }

    /// <summary>A choice that is in the way of something: taken all the same, so that what it breaks is named exactly.</summary>
    private SetNode? SecondBest(Violation violation, string open, SetOptions options)
    {
        if (violation.Kind is not (ViolationKind.Missing or ViolationKind.Version) || SetRules.IsSlug(violation.From.Slug, open))
            return null;
        var demands = DemandsOn(open);
        return options.Nodes.FirstOrDefault(option => option.Faults.Count == 0 && demands.TrueForAll(demand => option.Fits(demand.Range)));
    }

    private void Note(Violation violation)
    {
        _noted.Add(Key(violation));
        var (from, slug) = (violation.From, violation.Slug);
        switch (violation.Kind)
        {
            case ViolationKind.Fault:
                foreach (var fault in from.Faults)
                    Add(fault.Code, fault.Message + Chain(from));
                break;
            case ViolationKind.Disabled:
                Add("dependency.disabled", $"{Need(violation)}, and {slug} is switched off. Enable {slug} first.");
                break;
            case ViolationKind.Cycle:
                Add("dependency.cycle", $"{string.Join(" → ", violation.Cycle)}: each of them needs the next one, so none can be installed first. Their publishers have to break the circle.");
                break;
            case ViolationKind.Conflict:
                Conflict(violation);
                break;
            default:
                Demands(slug, "dependency.conflict", $"and {violation.To} is chosen.");
                break;
        }
    }

    private void NoteNone(Violation violation, string open, SetOptions options)
    {
        _noted.Add(Key(violation));
        if (violation.Kind is ViolationKind.Cycle)
        {
            Note(violation);
        }
        else if (violation.Kind is ViolationKind.Conflict)
        {
            Conflict(violation);
        }
        else if (SetRules.IsSlug(violation.From.Slug, open))
        {
            // It stays as it is, and does not get along with what was decided.
            Add("plugin.required", $"{Need(violation)}, which {violation.To!.Version} is not, and no other version of {open} gets along with it. Update or disable {open} first.");
        }
        else
        {
            NoneFits(open, options);
        }
    }

    private void NoneFits(string slug, SetOptions options)
    {
        var demands = DemandsOn(slug);
        var fitting = options.Nodes.Where(option => demands.TrueForAll(demand => option.Fits(demand.Range))).ToList();
        if (fitting.SelectMany(option => option.Faults).ToList() is { Count: > 0 } faults)
        {
            foreach (var fault in faults.Take(3))
                Demands(slug, fault.Code, $"but: {fault.Message}");
        }
        else if (options.Trouble is { } trouble)
        {
            Demands(slug, trouble.Code, trouble.Message);
        }
        else if (_set.InstalledOf(slug) is { } installed)
        {
            Demands(slug, "dependency.version", $"but {installed.Version} is installed, and {(options.Nodes.Count == 0 ? "there is no newer version" : $"no newer version fits (newest: {options.Nodes[0].Version})")}. An update never goes back.");
        }
        else if (options.Nodes.Count == 0)
        {
            Demands(slug, "dependency.missing", "which is not installed, and the registry has no version of it.");
        }
        else
        {
            var isTogether = demands.Count > 1 && demands.TrueForAll(demand => options.Nodes.Any(option => option.Fits(demand.Range)));
            Demands(slug, isTogether ? "dependency.conflict" : "dependency.version", $"and no version on offer fits (newest: {options.Nodes[0].Version}).");
        }
    }

    private void Conflict(Violation violation)
    {
        var (from, to) = (violation.From, violation.To!);
        var kept = from.IsKept ? from : to.IsKept ? to : null;
        Add("conflict.installed", $"{from}{Chain(from)} cannot be beside {to.Slug} {violation.Range}, and {to.Version} is {(to.IsKept ? "installed" : "chosen")}{Chain(to)}."
            + (kept is null ? "" : $" Uninstall {kept.Slug} first."));
    }

    /// <summary>One reason for everybody who asks something of a plugin, in one sentence.</summary>
    private void Demands(string slug, string code, string end)
    {
        var demands = DemandsOn(slug);
        foreach (var demand in demands)
        {
            _noted.Add((ViolationKind.Missing, Folded(demand.From.Slug), Folded(slug)));
            _noted.Add((ViolationKind.Version, Folded(demand.From.Slug), Folded(slug)));
        }

        Add(code, $"{string.Join(", ", demands.Select(demand => $"{demand.From} needs {slug} {demand.Range}{Chain(demand.From)}"))}, {end}");
    }

    private List<(SetNode From, VersionRange Range)> DemandsOn(string slug) =>
        [.. from node in _set.Decided.Concat(_set.Kept.Where(kept => kept.IsEnabled))
            from need in (node.Manifest?.Dependencies ?? EmptyRanges).Concat(_set.TryFind(slug, out _) ? node.Manifest?.OptionalDependencies ?? EmptyRanges : EmptyRanges)
            where SetRules.IsSlug(need.Key, slug) && !SetRules.IsSlug(node.Slug, slug)
            select (node, need.Value)];

    private static readonly Dictionary<string, VersionRange> EmptyRanges = [];

    private string Need(Violation violation) => $"{violation.From} needs {violation.Slug} {violation.Range}{Chain(violation.From)}";

    /// <summary>How the asked plugin leads to this one, when it is not that one itself.</summary>
    private string Chain(SetNode node) => SetPaths.Between(_set, _root, node) is { Count: > 1 } path ? $" ({string.Join(" → ", path)})" : "";

    private void Add(string code, string message)
    {
        if (!_reasons.Exists(reason => string.Equals(reason.Message, message, StringComparison.Ordinal)))
            _reasons.Add(new RefusalReason(code, message));
    }

    private static (ViolationKind, string, string) Key(Violation violation) => (violation.Kind, Folded(violation.From.Slug), Folded(violation.Slug));

    private static string Folded(string slug) => slug.ToUpperInvariant();
}
