using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Store;
using Berth.Lifecycle.Trust;
using Berth.Packaging.Versioning;

namespace Berth.Lifecycle.Operations.Planning;

/// <summary>
/// Which versions a user may choose from, for an install, an update or a dependency, in order of preference. Listing,
/// plan and operation all ask here, so they can never disagree.
/// </summary>
/// <remarks>
/// A plugin is either followed at the registry or among the user's private packages, never both: a public package of the
/// same name cannot take the place of a private one by a higher number, nor the other way round.
/// </remarks>
internal sealed class VersionChoice(VersionOffers offers, Requirements requirements, SitePins pins, RegistryTrust trust)
{
    /// <summary>For an install: the digest decides, then the version or range, else the newest stable version.</summary>
    public async ValueTask<ChoiceOutcome> ForInstallAsync(string userId, string slug, string? range, string? digest, CancellationToken cancellationToken)
    {
        if (VersionRefusals.OfText(slug, range, null, out var wish, takesChannel: true) is { } refusal)
            return new ChoiceOutcome.No(refusal);
        var found = await offers.PublicAsync(slug, cancellationToken);
        // A word that nobody called a channel is a slip of the pen, not a wish for the newest version.
        if (wish.Channel is { } channel && channel is not ("latest" or "stable" or "beta") && !found.Versions.Any(offer => offer.Channels.Contains(channel)))
            return new ChoiceOutcome.No(VersionRefusals.InvalidVersion(channel));
        var policy = VersionPolicy.Of(slug, await pins.FindAsync(slug, cancellationToken), null, [], wish.Channel);
        var mine = digest is null ? OnChannel([.. found.Versions.Where(Fits)], found.Versions, policy, wish) : [.. found.Versions.Where(Fits)];
        IReadOnlyList<AvailableVersion> own = [];
        if (mine.Count == 0 && found.InStore.Count == 0)
        {
            own = await offers.PrivateAsync(userId, slug, cancellationToken);
            mine = [.. own.Where(Fits)];
        }

        if (mine.Count > 0)
            return new ChoiceOutcome.Found([.. mine.Select(offer => Node(offer, policy, wish))]);
        if (found.Away is not null)
        {
            var stored = found.InStore.Where(version => wish.Fits(version.Manifest.Version) && (digest is null || version.Digest == digest));
            return Sorted(stored.Select(version => Node(version, policy))).ToList() is { Count: > 0 } nodes
                ? new ChoiceOutcome.Found(nodes)
                : new ChoiceOutcome.No(VersionRefusals.Away(slug, found.Away));
        }

        IReadOnlyList<AvailableVersion> known = found.Versions.Count > 0 ? found.Versions : own;
        return new ChoiceOutcome.No(
            known.Count == 0 ? VersionRefusals.UnknownPlugin(slug)
            : digest is not null ? VersionRefusals.UnknownPackage(known[0].Slug, digest)
            : VersionRefusals.UnknownVersion(wish, known));

        bool Fits(AvailableVersion offer) => digest is null
            ? wish.Fits(offer.Version, wish.Channel is not null && (policy.Sees(offer.Version) || offer.Channels.Contains(wish.Channel))) && (wish.Exact is not null || !offer.IsYanked)
            : string.Equals(offer.Digest, digest, StringComparison.OrdinalIgnoreCase) && (wish.IsOpen || wish.Fits(offer.Version));
    }

    /// <summary>For an update: newer than what is installed, on its channel, from where it came.</summary>
    public async ValueTask<ChoiceOutcome> ForUpdateAsync(InstalledPlugin plugin, string? range, CancellationToken cancellationToken)
    {
        var current = SemanticVersion.Parse(plugin.Version);
        if (VersionRefusals.OfText(plugin.Slug, range, current, out var wish) is { } refusal)
            return new ChoiceOutcome.No(refusal);
        var found = await offers.PublicAsync(plugin.Slug, cancellationToken);
        var pool = await FollowedAsync(plugin, found, wish, cancellationToken);
        var policy = VersionPolicy.Of(plugin.Slug, await pins.FindAsync(plugin.Slug, cancellationToken), plugin, pool.Select(offer => offer.Version));
        var fitting = pool.Where(offer => wish.Fits(offer.Version, policy.Sees(offer.Version) || policy.Gives(offer)) && (wish.Exact is not null || !offer.IsYanked)).ToList();
        // Who names a version or a range wants it now; who just wants what is new gets what has stood for a while.
        var cooling = wish.IsOpen ? fitting.Where(offer => trust.CoolsUntil(offer.Slug, offer.TrustLevel, offer.PublishedAt) is not null).ToList() : [];
        var nodes = OnChannel([.. fitting.Except(cooling)], pool, policy, wish).Select(offer => Node(offer, policy, wish)).ToList();
        if (nodes.Count == 0 && cooling.Count > 0)
            return new ChoiceOutcome.No(Cooling(cooling.MaxBy(offer => offer.Version)!));
        if (nodes.Count == 0 && found.Away is not null)
        {
            nodes = [.. Sorted(found.InStore
                .Where(version => wish.Fits(version.Manifest.Version, policy.Sees(version.Manifest.Version)))
                .Select(version => Node(version, policy)))];
            if (nodes.Count == 0)
                return new ChoiceOutcome.No(VersionRefusals.Away(plugin.Slug, found.Away));
        }

        if (nodes.Count == 0)
            return new ChoiceOutcome.No(pool.Count == 0 ? VersionRefusals.UnknownPlugin(plugin.Slug) : VersionRefusals.UnknownVersion(wish, pool));
        var newer = nodes.Where(node => node.Version.CompareTo(current) > 0).Select(node => node with { IsEnabled = plugin.Enabled }).ToList();
        return newer.Count > 0 ? new ChoiceOutcome.Found(newer) : new ChoiceOutcome.No(NotNewer(plugin, current, nodes[0].Version));
    }

    /// <summary>For a plugin that another one needs; for an installed one only newer versions.</summary>
    public async ValueTask<SetOptions> ForDependencyAsync(string userId, string slug, InstalledPlugin? installed, CancellationToken cancellationToken)
    {
        if (!StorePaths.IsSlug(slug))
            return new SetOptions([]);
        var found = await offers.PublicAsync(slug, cancellationToken);
        IReadOnlyList<AvailableVersion> pool = installed is null
            ? found.Versions.Count > 0 || found.Away is not null ? found.Versions : await offers.PrivateAsync(userId, slug, cancellationToken)
            : await FollowedAsync(installed, found, new Wish(null, null, null), cancellationToken);
        var policy = VersionPolicy.Of(slug, await pins.FindAsync(slug, cancellationToken), installed, pool.Select(offer => offer.Version));
        var current = installed is null ? null : SemanticVersion.Parse(installed.Version);
        var offered = Preferred([.. pool.Where(offer => !offer.IsYanked)], policy.OnChannel(pool)).Select(offer => Node(offer, policy, null));
        var nodes = offered.Concat(Sorted(found.InStore.Select(version => Node(version, policy))))
            .Where(node => current is null || node.Version.CompareTo(current) > 0)
            .Select(node => node with { IsEnabled = installed?.Enabled ?? true });
        return new SetOptions([.. nodes], found.Away is null ? null : new RefusalReason(
            "registry.unavailable", $"the registry does not answer, and the store has no version of {slug} that fits. Try again later."));
    }

    /// <summary>
    /// What is left of the fitting versions when the channel points somewhere, best first. An open wish gets nothing newer than
    /// that; a range or a pin prefers it; a number that was named is what was named.
    /// </summary>
    private static List<AvailableVersion> OnChannel(
        List<AvailableVersion> fitting, IReadOnlyList<AvailableVersion> pool, VersionPolicy policy, Wish wish)
    {
        if (wish.Exact is not null)
            return [.. fitting.OrderByDescending(offer => offer.Version)];
        var given = policy.OnChannel(pool);
        return wish.Range is null && !policy.IsPinned
            ? [.. fitting.Where(given.Contains).OrderByDescending(offer => offer.Version)]
            : Preferred(fitting, given);
    }

    private static List<AvailableVersion> Preferred(List<AvailableVersion> offers, IReadOnlyList<AvailableVersion> given) =>
        [.. offers.OrderByDescending(given.Contains).ThenByDescending(offer => offer.Version)];

    /// <summary>The offers that an installation follows. A version that is asked for exactly may come from the other side.</summary>
    private async ValueTask<IReadOnlyList<AvailableVersion>> FollowedAsync(
        InstalledPlugin plugin, PublicOffers found, Wish wish, CancellationToken cancellationToken)
    {
        if (found.Versions.Any(offer => string.Equals(offer.Digest, plugin.Digest, StringComparison.Ordinal)))
        {
            return wish.Exact is null || found.Versions.Any(offer => wish.Fits(offer.Version))
                ? found.Versions
                : [.. found.Versions, .. await offers.PrivateAsync(plugin.UserId, plugin.Slug, cancellationToken)];
        }

        var own = await offers.PrivateAsync(plugin.UserId, plugin.Slug, cancellationToken);
        if (!own.Any(offer => string.Equals(offer.Digest, plugin.Digest, StringComparison.Ordinal)))
            return found.Versions;
        return wish.Exact is null || own.Any(offer => wish.Fits(offer.Version)) ? own : [.. own, .. found.Versions];
    }

    private SetNode Node(AvailableVersion offer, VersionPolicy policy, Wish? wish) => new(offer.Slug, offer.Version, offer.Manifest)
    {
        Offer = offer,
        AdmitsPrerelease = wish is not null || policy.Sees(offer.Version),
        FaultsLater = () => Faults(policy, offer.Version, new Candidate(offer, null)),
    };

    private SetNode Node(StoredVersion stored, VersionPolicy policy) => new(stored.Slug, stored.Manifest.Version, stored.Manifest)
    {
        Stored = stored,
        AdmitsPrerelease = policy.Sees(stored.Manifest.Version),
        FaultsLater = () => Faults(policy, stored.Manifest.Version, new Candidate(null, stored)),
    };

    private IReadOnlyList<RefusalReason> Faults(VersionPolicy policy, SemanticVersion version, Candidate candidate)
    {
        var faults = requirements.FaultsOf(candidate);
        return policy.Forbids(version) is { } pinned
            ? [pinned with { Message = char.ToUpperInvariant(pinned.Message[0]) + pinned.Message[1..] }, .. faults]
            : faults;
    }

    private static IEnumerable<SetNode> Sorted(IEnumerable<SetNode> nodes) => nodes.OrderByDescending(node => node.Version);

    private OperationOutcome.Refused Cooling(AvailableVersion offer) => new(
        RefusalKind.Conflict, "update.cooling_down",
        $"{offer.Slug} {offer.Version} is new, and the policy of the trust level '{offer.TrustLevel}' offers versions as updates only after a while: this one from {trust.CoolsUntil(offer.Slug, offer.TrustLevel, offer.PublishedAt):yyyy-MM-dd HH:mm} UTC. Name the version to take it now.", []);

    private static OperationOutcome.Refused NotNewer(InstalledPlugin plugin, SemanticVersion current, SemanticVersion candidate) =>
        candidate.CompareTo(current) == 0
            ? new OperationOutcome.Refused(
                RefusalKind.Conflict, "update.not_newer", $"{plugin.Slug} {current} is in force already, and {candidate} is not newer.", [])
            : new OperationOutcome.Refused(
                RefusalKind.Conflict, "update.downgrade",
                $"{candidate} is older than {plugin.Slug} {current}, and an update never goes back. "
                + (plugin.PreviousVersion is { } previous ? $"A rollback returns to {previous} with its data." : "There is no version to roll back to; uninstall and install the older one."), []);
}

/// <summary>What there is to choose from.</summary>
internal abstract record ChoiceOutcome
{
    private ChoiceOutcome()
    {
    }

    public sealed record Found(IReadOnlyList<SetNode> Nodes) : ChoiceOutcome;

    public sealed record No(OperationOutcome.Refused Refusal) : ChoiceOutcome;
}
