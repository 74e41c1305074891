namespace Berth.Events;

/// <summary>It was decided where a version runs.</summary>
[EventType("berth.isolation.placed")]
public sealed record IsolationPlaced(string Slug, string Version, string Level, string Reason) : BerthEvent;

/// <summary>A version may not run here.</summary>
[EventType("berth.isolation.refused", IsProtected = true)]
public sealed record IsolationRefused(string Slug, string Version, string Code, string Reason) : BerthEvent;

/// <summary>A version runs at another level from its next load on.</summary>
[EventType("berth.isolation.moved", IsProtected = true)]
public sealed record IsolationMoved(string Slug, string Version, string From, string To, string Reason) : BerthEvent;
