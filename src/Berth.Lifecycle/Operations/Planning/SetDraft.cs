using Berth.Data.Sessions;
using Berth.Host.Isolation;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations.Groups;
using Berth.Lifecycle.Operations.Journal;

namespace Berth.Lifecycle.Operations.Planning;

/// <summary>A set that was chosen, as drafts: what is asked for is installed or updated, and so is what comes along.</summary>
internal sealed class SetDraft
{
    private readonly OperationParts _parts;
    private readonly SetProblem _problem;
    private readonly SetOutcome.Found _found;
    private readonly IReadOnlyDictionary<string, IReadOnlyList<string>> _grants;
    private readonly UserInstallations _plannedOn;
    private readonly Dictionary<string, InstallDraft> _installs = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, SwitchDraft> _updates = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Makes the drafts of a set.</summary>
    /// <param name="parts">What operations work with.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="plannedOn">What the user has.</param>
    /// <param name="problem">What was asked.</param>
    /// <param name="found">The answer.</param>
    /// <param name="request">How what is asked for came to be asked for, where it is an install.</param>
    /// <param name="grant">What is granted to it; <see langword="null"/> keeps what is granted.</param>
    /// <param name="grants">What is granted to what comes along.</param>
    public SetDraft(
        OperationParts parts, OperationCaller caller, UserInstallations plannedOn, SetProblem problem, SetOutcome.Found found,
        InstallRequest? request, IReadOnlyList<string>? grant, IReadOnlyDictionary<string, IReadOnlyList<string>>? grants)
    {
        (_parts, _problem, _found, _plannedOn) = (parts, problem, found, plannedOn);
        (Caller, _grants, Alongside) = (caller, Folded(grants), request?.Alongside);
        foreach (var node in found.Order)
        {
            var given = node == found.Root ? grant : _grants.GetValueOrDefault(node.Slug);
            var candidate = parts.Offers.Complete(node);
            if (plannedOn.TryFind(node.Slug, out var plugin))
            {
                _updates[node.Slug] = new SwitchDraft(OperationKinds.Update, caller, plugin, candidate, plannedOn)
                {
                    Grant = given ?? [],
                    Granted = given ?? NetworkReach.Kept(
                        parts.Requirements.StillGranted(plugin, candidate), parts.Store.Find(plugin.Slug, plugin.Version)?.Manifest, candidate.Manifest),
                };
            }
            else
            {
                _installs[node.Slug] = new InstallDraft(
                    caller, node == found.Root && request is not null ? request : new InstallRequest(node.Slug), candidate, given ?? []);
            }
        }
    }

    public OperationCaller Caller { get; }

    public UserInstallations PlannedOn => _plannedOn;

    /// <summary>What happens in the same transaction, if anything does.</summary>
    public Func<DbSession, Task>? Alongside { get; }

    /// <summary>The plugin that was asked for.</summary>
    public string Slug => _found.Root.Slug;

    /// <summary>The version that what was asked for would come to, as the row would name it.</summary>
    public Packaging.Versioning.SemanticVersion Version => _parts.Offers.Complete(_found.Root).Version;

    /// <summary>What would be updated: what was asked for, and what comes along.</summary>
    public IReadOnlyCollection<SwitchDraft> Updates => _updates.Values;

    /// <summary>What would be installed.</summary>
    public IReadOnlyCollection<InstallDraft> Installs => _installs.Values;

    /// <summary>The installs in order, when the set consists of nothing else.</summary>
    public IReadOnlyList<InstallDraft>? OnlyInstalls => _updates.Count > 0 ? null : [.. _found.Order.Select(node => _installs[node.Slug])];

    public int MainIndex => _found.Order.ToList().IndexOf(_found.Root);

    /// <summary>Every grant that cannot be given, and every one for a plugin that does not come along.</summary>
    public IReadOnlyList<RefusalReason> GrantFaults()
    {
        var faults = new List<RefusalReason>();
        foreach (var node in _found.Order)
        {
            faults.AddRange(_installs.TryGetValue(node.Slug, out var install)
                ? _parts.Requirements.GrantFaultsOf(install.Candidate, install.Grant)
                : _parts.Requirements.GrantFaultsOf(_updates[node.Slug].To, _updates[node.Slug].Grant));
        }

        faults.AddRange(_grants.Keys.Where(slug => !_found.Order.Any(node => node != _found.Root && SetRules.IsSlug(node.Slug, slug)))
            .Order(StringComparer.OrdinalIgnoreCase)
            .Select(slug => new RefusalReason("capability.no_member", $"{slug} does not come along with {_found.Root}, so nothing can be granted to it here.")));
        return faults;
    }

    /// <summary>Why versions whose files are here would be refused for what their code uses. An operation finds the same when it takes them.</summary>
    private async Task<IReadOnlyList<RefusalReason>> DeclarationFaultsAsync(CancellationToken cancellationToken)
    {
        var faults = new List<RefusalReason>();
        foreach (var candidate in _found.Order.Select(node => _installs.TryGetValue(node.Slug, out var install) ? install.Candidate : _updates[node.Slug].To))
        {
            if (candidate.Stored is { } stored && await _parts.Declarations.FaultOfAsync(stored, cancellationToken) is { } fault)
                faults.Add(new RefusalReason(DeclarationRules.Code, fault));
        }

        return faults;
    }

    /// <summary>What would happen, or why it would be refused.</summary>
    public async Task<OperationOutcome> ForeseeAsync(string what, CancellationToken cancellationToken) => await DeclarationFaultsAsync(cancellationToken) is { Count: > 0 } faults
        ? Refusals.Impossible(what, faults)
        : new OperationOutcome.Planned(await PlanAsync(cancellationToken));

    /// <summary>Why it is not possible on what the user has now, or <see langword="null"/>. To be called inside the user's gate.</summary>
    public OperationOutcome.Refused? CheckAgain(UserInstallations now)
    {
        foreach (var install in _installs.Values)
        {
            if (now.TryFind(install.Candidate.Slug, out var present))
                return Refusals.AlreadyInstalled(present.Slug, present.Version);
        }

        if (_updates.Values.FirstOrDefault(update => update.IsStale(now)) is { } stale)
            return Refusals.ChangedMeanwhile(stale.From.Slug);
        var reasons = _parts.Planner.CheckAgain(now, _found.Root, _found.Order);
        return reasons.Count == 0 ? null : Refusals.Impossible($"{_found.Root}", reasons);
    }

    public GroupDraft Group() => new(
        Caller,
        [.. _found.Order.Select(node => _installs.TryGetValue(node.Slug, out var install) ? (GroupMember)new InstallMember(_parts, install) : new SwitchMember(_parts, _updates[node.Slug]))],
        MainIndex, _plannedOn, CheckAgain)
    {
        Alongside = Alongside,
    };

    /// <summary>What would happen, and why just that.</summary>
    private async Task<OperationPlan> PlanAsync(CancellationToken cancellationToken)
    {
        var plans = new Dictionary<string, OperationPlan>(StringComparer.OrdinalIgnoreCase);
        foreach (var (slug, install) in _installs)
            plans[slug] = await Plans.InstallAsync(_parts, install, cancellationToken);
        foreach (var (slug, update) in _updates)
            plans[slug] = Plans.Switch(_parts, update);
        return Plans.Group(
            plans[Slug],
            [.. _found.Order.Where(node => node != _found.Root).Select(node => new PlannedMember(plans[node.Slug], SetReasons.WhyOf(_found.Set, node)))],
            SetReasons.Explain(_problem, _found));
    }

    private static Dictionary<string, IReadOnlyList<string>> Folded(IReadOnlyDictionary<string, IReadOnlyList<string>>? grants)
    {
        var folded = new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase);
        foreach (var (slug, names) in grants ?? new Dictionary<string, IReadOnlyList<string>>())
            folded[slug] = [.. folded.GetValueOrDefault(slug) ?? [], .. names];
        return folded;
    }
}
