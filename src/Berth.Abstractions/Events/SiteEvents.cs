namespace Berth.Events;

/// <summary>An administrator allowed certain versions of a plugin only.</summary>
[EventType("berth.site.pinned")]
public sealed record SitePinned(string Slug, string? Pin, string? Reason) : BerthEvent;

/// <summary>That restriction ended.</summary>
[EventType("berth.site.unpinned")]
public sealed record SiteUnpinned(string Slug, string? Pin, string? Reason) : BerthEvent;

/// <summary>An operation on many users began.</summary>
[EventType("berth.bulk.started")]
public sealed record BulkStarted(string OperationId, string Operation, string Slug, string? Version, long Total, long? Succeeded, long? Failed, string? Code) : BerthEvent;

/// <summary>An operation on many users ended.</summary>
[EventType("berth.bulk.ended")]
public sealed record BulkEnded(string OperationId, string Operation, string Slug, string? Version, long Total, long? Succeeded, long? Failed, string? Code) : BerthEvent;
