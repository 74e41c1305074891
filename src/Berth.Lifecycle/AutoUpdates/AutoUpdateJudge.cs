using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Operations.Planning;
using Berth.Lifecycle.Settings;
using Berth.Lifecycle.Trust;
using Berth.Packaging.Manifest;
using Berth.Packaging.Settings;

namespace Berth.Lifecycle.AutoUpdates;

/// <summary>
/// Whether a planned update may happen without its user: everything that the update would tell or ask a person is a reason
/// against it, and so is what the policy of the version's trust level says. All reasons at once.
/// </summary>
internal sealed class AutoUpdateJudge(OperationParts parts, RegistryTrust trust)
{
    /// <summary>Why not, or <see langword="null"/>.</summary>
    /// <param name="draft">What the update would do.</param>
    /// <param name="optedIn">The slugs that the user lets be updated.</param>
    public OperationOutcome.Refused? Judge(SetDraft draft, IReadOnlySet<string> optedIn)
    {
        var main = draft.Updates.First(update => string.Equals(update.From.Slug, draft.Slug, StringComparison.OrdinalIgnoreCase));
        List<RefusalReason> reasons = [];
        foreach (var update in draft.Updates.OrderByDescending(update => update == main))
        {
            if (update != main && !optedIn.Contains(update.From.Slug))
                reasons.Add(ComesAlong(main, $"{update.From.Slug} would be updated from {update.From.Version} to {update.To.Version} along with it, and you did not let that be updated by itself"));
            reasons.AddRange(OfVersion(update));
            reasons.AddRange(OfUser(update));
        }

        reasons.AddRange(draft.Installs.Select(install => ComesAlong(main, $"{install.Candidate.Slug} {install.Candidate.Version} would be installed along with it")));
        return reasons.Count == 0 ? null : Refusals.Impossible($"The automatic update of {main.From.Slug} to {main.To.Version}", reasons);
    }

    /// <summary>What the registry and the publisher say.</summary>
    private IEnumerable<RefusalReason> OfVersion(SwitchDraft update)
    {
        var (slug, version) = (update.To.Slug, update.To.Version);
        if (string.Equals(update.From.PreviousVersion, version.ToString(), StringComparison.Ordinal))
            yield return Reason(AutoUpdateCodes.RolledBack, $"You went back from {slug} {version} to {update.From.Version}, so it is not taken again by itself.", slug);
        if (update.To.Offer is not { } offer)
        {
            yield return new RefusalReason("registry.unavailable", $"The registry does not answer, so nobody knows what it says of {slug} {version}.");
            yield break;
        }

        if (offer.IsPrivate)
        {
            yield return Reason(AutoUpdateCodes.Private, $"{slug} {version} is a private package; only what the registry published is taken by itself.", slug);
            yield break;
        }

        if (offer.IsYanked)
            yield return Reason(AutoUpdateCodes.Yanked, $"{slug} {version} was withdrawn by its publisher.", slug);
        if (offer.Deprecation is { Successor: not null } deprecation)
            yield return Reason(AutoUpdateCodes.Deprecated, $"{slug} {version} is deprecated: {deprecation}", slug);
        if (!trust.TakesByItself(slug, offer.TrustLevel))
            yield return Reason(AutoUpdateCodes.Policy, $"{slug} {version} has the trust level '{trust.Knowledge.LevelOf(slug, offer.TrustLevel)}', whose policy lets no host take a version by itself.", slug);
        if (trust.CoolsUntil(slug, offer.TrustLevel, offer.PublishedAt) is { } until)
            yield return Reason(AutoUpdateCodes.CoolingDown, $"{slug} {version} is new, and the policy of its trust level offers it only from {until:yyyy-MM-dd HH:mm} UTC.", slug);
    }

    /// <summary>What the update would ask the user, or tell of the user's settings.</summary>
    private IEnumerable<RefusalReason> OfUser(SwitchDraft update)
    {
        var (slug, version) = (update.To.Slug, update.To.Version);
        var asked = Plans.Switch(parts, update).Capabilities.Where(one => one is { IsNew: true, IsGranted: false }).Select(one => one.Capability.Name).ToList();
        if (asked.Count > 0)
            yield return Reason(AutoUpdateCodes.Capabilities, $"{slug} {version} asks for {string.Join(", ", asked)}, which you have not granted.", slug);
        var settings = update.From.Settings == StoredSettings.None ? NewlyMissing(update) : parts.SettingsCarry.Foresee(update.From, update.To.Manifest);
        if (settings.Count > 0)
            yield return Reason(AutoUpdateCodes.Settings, string.Join(" ", settings), slug);
    }

    /// <summary>What the version needs from a user who has set nothing, and the version in force does not.</summary>
    private List<string> NewlyMissing(SwitchDraft update)
    {
        var before = MissingIn(parts.Store.Find(update.From.Slug, update.From.Version)?.Manifest);
        return [.. MissingIn(update.To.Manifest).Except(before, StringComparer.Ordinal).Select(pointer => $"{update.To.Version} needs the setting '{pointer}', which is not set.")];
    }

    private static IEnumerable<string> MissingIn(PluginManifest? manifest) =>
        manifest is null || SettingsSchema.Of(manifest) is not { } schema ? []
        : schema.Validate(Nothing).Where(fault => fault.Code == SettingsFaultCodes.Missing).Select(fault => fault.Pointer);

    private static readonly System.Text.Json.JsonElement Nothing = System.Text.Json.JsonDocument.Parse("{}").RootElement;

    private static RefusalReason ComesAlong(SwitchDraft main, string what) => Reason(AutoUpdateCodes.ComesAlong, what + ".", main.From.Slug);

    private static RefusalReason Reason(string code, string why, string slug) => new(code, $"{why} Look at it, and take it yourself, with: berth update {slug}");
}
