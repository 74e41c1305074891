namespace Berth.Events;

/// <summary>A call into a plugin failed.</summary>
[EventType("berth.error.call_failed")]
public sealed record CallFailed(string Slug, string Version, string Call, string Reason) : BerthEvent;

/// <summary>A hook of a plugin failed.</summary>
[EventType("berth.error.hook_failed")]
public sealed record HookFailed(string Slug, string Version, string Hook, string Reason) : BerthEvent;

/// <summary>What a plugin runs in the background ended by itself.</summary>
[EventType("berth.error.background_failed")]
public sealed record BackgroundFailed(string Slug, string Version, string Service, string Reason) : BerthEvent;

/// <summary>A reader of events was too slow, so that some were not delivered to it.</summary>
[EventType("berth.error.events_dropped")]
public sealed record EventsDropped(string Reader, long Count) : BerthEvent;

/// <summary>
/// An event came so often that not all of them are kept in the outbox; <c>Count</c> more happened in the last minute than can
/// be read there.
/// </summary>
[EventType("berth.error.events_left_out")]
public sealed record EventsLeftOut(string Slug, string Version, string Type, long Count) : BerthEvent;
