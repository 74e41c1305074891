using Berth.Lifecycle.PrivatePackages;
using Berth.Lifecycle.Store;

namespace Berth.Lifecycle.Operations.Planning;

/// <summary>What is on offer to a user: by the registry to everybody, or private to the user, never mixed.</summary>
internal sealed class VersionOffers(IPackageSource source, OfferMemory memory, SharedStore store, IEnumerable<IPrivatePackages> privatePackages)
{
    private readonly IPrivatePackages? _private = privatePackages.LastOrDefault();

    /// <summary>What the registry offers; with the registry away, what of it is in the store.</summary>
    public async ValueTask<PublicOffers> PublicAsync(string slug, CancellationToken cancellationToken)
    {
        try
        {
            return new PublicOffers(await memory.VersionsAsync(slug, cancellationToken), [], null);
        }
        catch (PackageSourceUnavailableException exception)
        {
            // A private package of somebody may lie in the store, too.
            return new PublicOffers([], [.. store.VersionsOf(slug).Where(version => !version.IsPrivate)], exception);
        }
    }

    /// <summary>The user's own private versions, newest first.</summary>
    public async ValueTask<IReadOnlyList<AvailableVersion>> PrivateAsync(string userId, string slug, CancellationToken cancellationToken) =>
        _private is null ? [] : [.. (await _private.VersionsAsync(userId, slug, cancellationToken)).Select(offer => offer with { IsPrivate = true })];

    /// <summary>Where the bytes of an offer come from.</summary>
    public IPackageSource SourceOf(AvailableVersion offer) =>
        offer.IsPrivate && _private is not null ? _private.Source : source;

    /// <summary>An offer as a candidate, with what the store has of its bytes.</summary>
    public Candidate Complete(AvailableVersion offer)
    {
        var (label, stored) = store.FindPackage(offer.Slug, offer.Version, offer.Digest);
        return new Candidate(offer, stored) { Label = label };
    }

    /// <summary>A chosen version of a set as a candidate.</summary>
    public Candidate Complete(SetNode node) => node.Offer is { } offer ? Complete(offer) : new Candidate(null, node.Stored);
}

/// <summary>What everybody is offered.</summary>
/// <param name="Versions">Newest first.</param>
/// <param name="InStore">What the store has, when the registry does not answer.</param>
/// <param name="Away">Why the registry does not answer.</param>
internal sealed record PublicOffers(
    IReadOnlyList<AvailableVersion> Versions, IReadOnlyList<StoredVersion> InStore, PackageSourceUnavailableException? Away);
