namespace Berth.Registry.Publishers;

/// <summary>A publisher as others see it.</summary>
/// <param name="Id">Never changes.</param>
/// <param name="Name">In addresses: lower-case letters, digits and hyphens; of a person <c>~</c> and the user's id.</param>
/// <param name="DisplayName">For people.</param>
/// <param name="Kind">One of <see cref="PublisherKinds"/>.</param>
/// <param name="UserId">Whose personal publisher it is.</param>
/// <param name="CreatedAt">Since when.</param>
/// <param name="IsVerified">Whether a proof of a domain or a repository is in force.</param>
/// <param name="Prefixes">Beginnings of slugs that are its own.</param>
public sealed record PublisherRecord(
    string Id, string Name, string DisplayName, string Kind, string? UserId, DateTimeOffset CreatedAt, bool IsVerified, IReadOnlyList<string> Prefixes);

/// <summary>Somebody who belongs to a publisher.</summary>
/// <param name="UserId">Who.</param>
/// <param name="UserName">Their name.</param>
/// <param name="Role">One of <see cref="PublisherRoles"/>.</param>
/// <param name="AddedAt">Since when.</param>
public sealed record PublisherMember(string UserId, string UserName, string Role, DateTimeOffset AddedAt);

/// <summary>Somebody is asked to belong to a publisher.</summary>
public sealed record PublisherInvitation(
    string Id, string Publisher, string UserId, string UserName, string Role, string InvitedBy, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);

/// <summary>A slug is offered to another publisher.</summary>
/// <param name="Id">The offer.</param>
/// <param name="Slug">What is offered.</param>
/// <param name="To">The receiving publisher's name.</param>
/// <param name="OfferedBy">Who offers it.</param>
/// <param name="CreatedAt">Since when.</param>
/// <param name="ExpiresAt">Until when it can be accepted.</param>
public sealed record SlugTransfer(string Id, string Slug, string To, string OfferedBy, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);

/// <summary>Something that shows who a publisher is: a file at a domain or in a repository that is theirs.</summary>
/// <param name="Id">The proof.</param>
/// <param name="Kind"><c>domain</c> or <c>repository</c>.</param>
/// <param name="Subject">The domain, or the repository's address.</param>
/// <param name="Token">The line that the file has to hold.</param>
/// <param name="CheckedAt">When it was looked for last.</param>
/// <param name="VerifiedAt">When it was found last.</param>
/// <param name="ExpiresAt">Until when that counts.</param>
/// <param name="Trouble">Why it was not found last.</param>
public sealed record PublisherProof(
    string Id, string Kind, string Subject, string Token, DateTimeOffset? CheckedAt, DateTimeOffset? VerifiedAt, DateTimeOffset? ExpiresAt, string? Trouble);

/// <summary>A name that nobody may publish a new plugin under.</summary>
public sealed record ReservedSlug(string Slug, string Reason, DateTimeOffset ReservedAt);
