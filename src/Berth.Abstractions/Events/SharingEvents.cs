namespace Berth.Events;

/// <summary>A user offered a version to another one. The recipient stands as the sender wrote it.</summary>
[EventType("berth.share.offered", NamesUsers = true)]
public sealed record ShareOffered(string ShareId, string Slug, string Version, string FromUser, string Recipient) : BerthEvent;

/// <summary>An offer was accepted.</summary>
[EventType("berth.share.accepted", NamesUsers = true)]
public sealed record ShareAccepted(string ShareId, string Slug, string Version, string FromUser, string Recipient) : BerthEvent;

/// <summary>An offer was declined.</summary>
[EventType("berth.share.declined", NamesUsers = true)]
public sealed record ShareDeclined(string ShareId, string Slug, string Version, string FromUser, string Recipient) : BerthEvent;

/// <summary>An offer was taken back.</summary>
[EventType("berth.share.withdrawn", NamesUsers = true)]
public sealed record ShareWithdrawn(string ShareId, string Slug, string Version, string FromUser, string Recipient) : BerthEvent;
