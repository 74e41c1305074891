namespace Berth.Events;

/// <summary>There is a new publisher.</summary>
[EventType("berth.publisher.created")]
public sealed record PublisherCreated(string Publisher, string Kind) : BerthEvent;

/// <summary>Somebody joined or left a publisher, or has another role in it.</summary>
[EventType("berth.publisher.member_changed")]
public sealed record PublisherMemberChanged(string Publisher, string? Role, string? Previous) : BerthEvent;

/// <summary>A beginning of slugs was given to a publisher, or is free again.</summary>
[EventType("berth.publisher.prefix_changed")]
public sealed record PublisherPrefixChanged(string Publisher, string Prefix, bool Granted) : BerthEvent;

/// <summary>A proof of a publisher was found, or was not found for so long that it does not count any more.</summary>
[EventType("berth.publisher.verified")]
public sealed record PublisherVerified(string Publisher, string Kind, string Subject, bool Verified) : BerthEvent;
