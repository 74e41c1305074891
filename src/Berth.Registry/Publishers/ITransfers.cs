using Berth.Registry.Versions;

namespace Berth.Registry.Publishers;

/// <summary>Gives plugins to other publishers: offered by who owns them, accepted by who gets them.</summary>
public interface ITransfers
{
    /// <summary>
    /// Offers a plugin to a publisher or a user. Needs an admin of the plugin's publisher. When the caller could accept it
    /// themselves, or administrates, it is done at once. A second offer replaces the first.
    /// </summary>
    Task<PublisherOutcome> OfferAsync(RegistryActor actor, string slug, string to, bool isDryRun = false, CancellationToken cancellationToken = default);

    /// <summary>Offers that the user can accept.</summary>
    Task<IReadOnlyList<SlugTransfer>> ToUserAsync(string userId, CancellationToken cancellationToken = default);

    /// <summary>Accepts or declines an offer.</summary>
    Task<PublisherOutcome> AnswerAsync(RegistryActor actor, string id, bool accepts, CancellationToken cancellationToken = default);

    /// <summary>Takes an offer back. Needs an admin of the plugin's publisher.</summary>
    Task<PublisherOutcome> WithdrawAsync(RegistryActor actor, string id, CancellationToken cancellationToken = default);
}
