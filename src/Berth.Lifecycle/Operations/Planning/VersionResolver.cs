using Berth.Lifecycle.Store;
using Berth.Packaging.Versioning;

namespace Berth.Lifecycle.Operations.Planning;

/// <summary>Finds one version by itself, without what it needs: for a rollback, a repair, an exact package.</summary>
internal sealed class VersionResolver(VersionOffers offers)
{
    /// <summary>Finds the public version, or says why there is none.</summary>
    /// <param name="slug">Without regard to case.</param>
    /// <param name="range">A version, a range, or <see langword="null"/> for the newest stable version.</param>
    /// <param name="newerThan">For an update without a range: only newer versions count.</param>
    public async ValueTask<ResolveOutcome> ResolveAsync(string slug, string? range, SemanticVersion? newerThan, CancellationToken cancellationToken)
    {
        if (VersionRefusals.OfText(slug, range, newerThan, out var wish) is { } refusal)
            return new ResolveOutcome.No(refusal);
        var found = await offers.PublicAsync(slug, cancellationToken);
        if (found.Away is not null)
        {
            return Newest(found.InStore.Where(version => wish.Fits(version.Manifest.Version)), version => version.Manifest.Version) is { } stored
                ? new ResolveOutcome.Found(new Candidate(null, stored))
                : new ResolveOutcome.No(VersionRefusals.Away(slug, found.Away));
        }

        if (found.Versions.Count == 0)
            return new ResolveOutcome.No(VersionRefusals.UnknownPlugin(slug));
        var fitting = found.Versions.Where(offer => wish.Fits(offer.Version) && (wish.Exact is not null || !offer.IsYanked));
        return Newest(fitting, offer => offer.Version) is { } newest
            ? new ResolveOutcome.Found(offers.Complete(newest))
            : new ResolveOutcome.No(VersionRefusals.UnknownVersion(wish, found.Versions));
    }

    /// <summary>The offer of exactly these bytes to this user, public or private; <see langword="null"/> when there is none now.</summary>
    public async ValueTask<Candidate?> FindPackageAsync(string userId, string slug, string digest, CancellationToken cancellationToken)
    {
        var found = await offers.PublicAsync(slug, cancellationToken);
        var offer = found.Versions.FirstOrDefault(IsIt) ?? (await offers.PrivateAsync(userId, slug, cancellationToken)).FirstOrDefault(IsIt);
        return offer is null ? null : offers.Complete(offer);

        bool IsIt(AvailableVersion one) => string.Equals(one.Digest, digest, StringComparison.Ordinal);
    }

    private static T? Newest<T>(IEnumerable<T> versions, Func<T, SemanticVersion> version)
        where T : class => versions.OrderByDescending(version).FirstOrDefault();
}
