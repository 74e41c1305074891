using Berth.Registry.Versions;

namespace Berth.Registry.Publishers;

/// <summary>Asks people to belong to a publisher. Nobody becomes a member without saying yes.</summary>
public interface IInvitations
{
    /// <summary>Invites a user by id or name. Needs an admin, and an owner for owners. A second invitation replaces the first.</summary>
    Task<PublisherOutcome> InviteAsync(RegistryActor actor, string publisher, string user, string role, bool isDryRun = false, CancellationToken cancellationToken = default);

    /// <summary>Open invitations to a user.</summary>
    Task<IReadOnlyList<PublisherInvitation>> ToUserAsync(string userId, CancellationToken cancellationToken = default);

    /// <summary>Open invitations of a publisher; <see langword="null"/> when the caller is no admin of it.</summary>
    Task<IReadOnlyList<PublisherInvitation>?> OfPublisherAsync(RegistryActor actor, PublisherRecord publisher, CancellationToken cancellationToken = default);

    /// <summary>Says yes or no to an invitation to the caller.</summary>
    Task<PublisherOutcome> AnswerAsync(RegistryActor actor, string id, bool accepts, CancellationToken cancellationToken = default);

    /// <summary>Takes an invitation back. Needs an admin of the publisher.</summary>
    Task<PublisherOutcome> WithdrawAsync(RegistryActor actor, string id, CancellationToken cancellationToken = default);
}
