using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.Operations.Rows;
using Berth.Lifecycle.Store;
using Berth.Packaging.Manifest;

namespace Berth.Lifecycle.Operations.Planning;

/// <summary>What an operation would do, in words.</summary>
internal static class Plans
{
    public static OperationPlan For(string kind, Candidate candidate, InstalledPlugin? from, PluginManifest? fromManifest, IReadOnlyCollection<string> granted, bool movesData, Func<string, bool> permits)
    {
        var hasCode = candidate.Manifest.Module is not null || fromManifest?.Module is not null;
        List<string> steps = [];
        if (candidate.Stored is null)
            steps.Add("fetch");
        if (hasCode)
            steps.Add("load");
        if (from is null && hasCode)
            steps.Add("install");
        if (movesData)
            steps.AddRange(["export", "import"]);
        steps.AddRange(["commit", "record"]);
        return new OperationPlan
        {
            Kind = kind,
            Slug = candidate.Slug,
            FromVersion = from?.Version,
            Version = candidate.Version.ToString(),
            Digest = candidate.Digest,
            DownloadBytes = candidate.DownloadBytes,
            Capabilities = [.. candidate.Manifest.Security.Capabilities.Select(name => new PlannedCapability(
                TrustCeilings.Describe(name),
                fromManifest is null || !fromManifest.Security.Capabilities.Contains(name, StringComparer.Ordinal) || NetworkReach.IsWider(name, fromManifest, candidate.Manifest),
                granted.Contains(name, StringComparer.Ordinal)) { Hosts = NetworkReach.HostsOf(name, candidate.Manifest), IsPermitted = permits(name) })],
            Modules = [.. (candidate.Manifest.Frontend?.Modules ?? []).Select(module => module.Name)],
            Notes = candidate.Offer is null ? ["The registry does not answer; the version comes from the store."]
                : Warnings(candidate.Offer),
            Steps = steps,
        };
    }

    /// <summary>What the publisher says against the version.</summary>
    private static List<string> Warnings(AvailableVersion offer)
    {
        List<string> notes = [];
        if (offer.IsYanked)
            notes.Add("This version was withdrawn by its publisher." + (offer.YankReason is null ? "" : $" ({offer.YankReason})"));
        if (offer.Deprecation is { } deprecation)
            notes.Add($"This version is deprecated: {deprecation}");
        return notes;
    }

    public static async Task<OperationPlan> InstallAsync(OperationParts parts, InstallDraft draft, CancellationToken cancellationToken)
    {
        var kept = await parts.Database.ReadAsync(
            session => GenerationRows.NewestAsync(session, draft.Caller.UserId, draft.Candidate.Slug), cancellationToken);
        var plan = For(OperationKinds.Install, draft.Candidate, null, null, draft.Grant, movesData: kept is not null, name => parts.Requirements.Permits(draft.Candidate, name));
        return plan with { Notes = [.. plan.Notes, .. NotKnownYet(parts, draft.Candidate), .. kept is null ? (string[])[] : [$"Documents that version {kept.Version} left are taken over."]] };
    }

    // What the code uses is found in the code. Where that is here, a plan is refused for it.
    private static IReadOnlyList<string> NotKnownYet(OperationParts parts, Candidate candidate) =>
        candidate is { Stored: null, Offer: { } offer } && parts.Declarations.Matters(candidate.Slug, candidate.Manifest, candidate.TrustLevel)
            ? [$"Whether its code uses what it does not declare is not known before the fetch, and would keep it out of the host's own process.{(offer.Scan is { } scan ? $" The registry's scan of it says: {scan.Replace('_', ' ')}." : "")}"]
            : [];

    public static OperationPlan Switch(OperationParts parts, SwitchDraft draft)
    {
        var plan = For(
            draft.Kind, draft.To, draft.From, parts.Store.Find(draft.From.Slug, draft.From.Version)?.Manifest, draft.Granted, movesData: draft.ReturnTo is null,
            name => parts.Requirements.Permits(draft.To, name));
        return plan with { Notes = [.. plan.Notes, .. NotKnownYet(parts, draft.To), .. draft.ReturnsSettings ? [] : parts.SettingsCarry.Foresee(draft.From, draft.To.Manifest)] };
    }

    /// <summary>The plan of a set: that of what was asked for, with those of what comes along.</summary>
    public static OperationPlan Group(OperationPlan main, IReadOnlyList<PlannedMember> members, IReadOnlyList<string> explanations) => main with
    {
        Members = members,
        Explanations = explanations,
        Notes = [.. main.Notes, .. members.SelectMany(member => member.Plan.Notes.Select(note => $"{member.Plan.Slug}: {note}"))],
        Steps = Steps([main, .. members.Select(member => member.Plan)]),
    };

    /// <summary>The steps that any of them takes, in the order in which a group takes them.</summary>
    private static IReadOnlyList<string> Steps(IReadOnlyList<OperationPlan> plans) =>
        [.. InOrder.Where(step => plans.Any(plan => plan.Steps.Contains(step, StringComparer.Ordinal)))];

    private static readonly string[] InOrder = ["fetch", "load", "install", "export", "import", "uninstall", "commit", "record"];

    public static OperationPlan Without(string kind, InstalledPlugin plugin, params IReadOnlyList<string> notes) => new()
    {
        Kind = kind,
        Slug = plugin.Slug,
        FromVersion = plugin.Version,
        Notes = notes,
        Steps = ["uninstall", "commit", "record"],
    };
}
