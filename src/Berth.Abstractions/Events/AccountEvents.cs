namespace Berth.Events;

/// <summary>There is a new user.</summary>
[EventType("berth.user.created", NamesUsers = true)]
public sealed record UserCreated(string UserId) : BerthEvent;

/// <summary>A user is gone; <c>HandedOver</c> tells whether somebody else took over what was theirs.</summary>
[EventType("berth.user.deleted", NamesUsers = true)]
public sealed record UserDeleted(string UserId, bool HandedOver, int Installations) : BerthEvent;

/// <summary>A personal access token was made.</summary>
[EventType("berth.token.created")]
public sealed record TokenCreated(string TokenId) : BerthEvent;

/// <summary>A personal access token was revoked.</summary>
[EventType("berth.token.revoked")]
public sealed record TokenRevoked(string TokenId) : BerthEvent;
