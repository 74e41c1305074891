using Berth.Lifecycle.Operations;

namespace Berth.Lifecycle.Sharing;

/// <summary>
/// Offers of a plugin's version from user to user. What is offered is the version the sender has installed, byte for byte;
/// nothing changes for the recipient until they accept.
/// </summary>
public interface IShares
{
    /// <summary>
    /// Offers the sender's version. Before: installed for the sender. After: an open offer for each recipient, in force for
    /// <see cref="ShareOffer.Life"/>; an open one of the same plugin to the same recipient is replaced. After a failure:
    /// nothing. A recipient whom nobody is called gets an offer like any other, which nobody can accept: the sender does
    /// not learn who exists.
    /// </summary>
    /// <param name="sender">Who offers.</param>
    /// <param name="slug">What; without regard to case.</param>
    /// <param name="recipients">User ids or names, 1 to 100.</param>
    Task<ShareOutcome> OfferAsync(OperationCaller sender, string slug, IReadOnlyList<string> recipients, CancellationToken cancellationToken = default);

    /// <summary>Offers that a user made or got, newest first.</summary>
    /// <param name="userId">Who asks.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="before">Only older ones than the offer with this id.</param>
    Task<IReadOnlyList<ShareOffer>> OfUserAsync(string userId, int limit, string? before = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Accepts an offer. Before: open, and the plugin not installed for the recipient. After: the recipient may read the
    /// package and has installed just these bytes; the offer is accepted. After a failure: the offer is still open, the
    /// plugin is not installed.
    /// </summary>
    /// <param name="grant">Capabilities the recipient grants: the sender's grants are the sender's own.</param>
    Task<ShareOutcome> AcceptAsync(OperationCaller recipient, string shareId, IReadOnlyList<string>? grant, CancellationToken cancellationToken = default);

    /// <summary>Declines an offer that the caller got. After: it cannot be accepted any more.</summary>
    Task<ShareOutcome> DeclineAsync(OperationCaller recipient, string shareId, CancellationToken cancellationToken = default);

    /// <summary>Withdraws an offer that the caller made. After: it cannot be accepted any more; what was accepted stays.</summary>
    Task<ShareOutcome> WithdrawAsync(OperationCaller sender, string shareId, CancellationToken cancellationToken = default);
}

/// <summary>One offer.</summary>
/// <param name="Id">Its id.</param>
/// <param name="FromUser">Who made it.</param>
/// <param name="FromName">Their name.</param>
/// <param name="Recipient">To whom, as the sender wrote it.</param>
/// <param name="IsReceived">Whether the user who asks got it; otherwise they made it.</param>
/// <param name="Slug">The plugin.</param>
/// <param name="Version">The version.</param>
/// <param name="Digest">Its package.</param>
/// <param name="State"><c>offered</c>, <c>accepted</c>, <c>declined</c>, <c>withdrawn</c> or <c>expired</c>.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="ExpiresAt">Until when it can be accepted.</param>
public sealed record ShareOffer(
    string Id, string FromUser, string FromName, string Recipient, bool IsReceived, string Slug, string Version, string Digest, string State,
    DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt)
{
    /// <summary>How long an offer can be accepted.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(30);
}

/// <summary>How something about an offer ended.</summary>
public abstract record ShareOutcome
{
    private ShareOutcome()
    {
    }

    /// <summary>The offers, in the order of the recipients.</summary>
    public sealed record Offered(IReadOnlyList<ShareOffer> Offers) : ShareOutcome;

    /// <summary>Accepted, or why installing was not possible.</summary>
    public sealed record Installed(OperationOutcome Outcome) : ShareOutcome;

    /// <summary>Declined or withdrawn.</summary>
    public sealed record Closed(string State) : ShareOutcome;

    /// <summary>It is not possible.</summary>
    public sealed record Refused(OperationOutcome.Refused Reason) : ShareOutcome;
}
