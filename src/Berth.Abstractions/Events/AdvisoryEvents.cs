namespace Berth.Events;

/// <summary>An advisory that was imported names something that a published version brings along.</summary>
[EventType("berth.advisory.affects_version")]
public sealed record AdvisoryAffectsVersion(string Slug, string Version, string Advisory, string Dependency, string Severity) : BerthEvent;
