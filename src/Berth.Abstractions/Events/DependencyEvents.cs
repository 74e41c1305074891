namespace Berth.Events;

/// <summary>What a version depends on was found; each is a slug and a version.</summary>
[EventType("berth.dependency.resolved")]
public sealed record DependencyResolved(string Slug, string Version, IReadOnlyList<string> Dependencies) : BerthEvent;

/// <summary>A version cannot run for want of others; all reasons at once.</summary>
[EventType("berth.dependency.unmet")]
public sealed record DependencyUnmet(string Slug, string Version, IReadOnlyList<string> Reasons) : BerthEvent;

/// <summary>Versions depend on each other in a circle, so none of them is loaded.</summary>
[EventType("berth.dependency.cycle")]
public sealed record DependencyCycle(IReadOnlyList<string> Members) : BerthEvent;

/// <summary>A load waits for that of another version.</summary>
[EventType("berth.dependency.waiting")]
public sealed record DependencyWaiting(string Slug, string Version, IReadOnlyList<string> WaitsFor) : BerthEvent;
