namespace Berth.Events;

/// <summary>A version was published.</summary>
[EventType("berth.package.published")]
public sealed record PackagePublished(string Slug, string Version, string Digest, long Size, string TrustLevel) : BerthEvent;

/// <summary>A user may read a package that is not public.</summary>
[EventType("berth.package.private_added")]
public sealed record PackagePrivateAdded(string Slug, string Version, string Digest, long Size, string TrustLevel) : BerthEvent;

/// <summary>The registry made a variant of a version: a package of its own that derives from the author's.</summary>
[EventType("berth.package.variant_made")]
public sealed record PackageVariantMade(string Slug, string Version, string Kind, string Digest, string SourceDigest, long Size, double SavedPercent) : BerthEvent;

/// <summary>A plugin's trust level was decided.</summary>
[EventType("berth.package.trust_decided", Audit = AuditOutcome.Succeeded)]
public sealed record PackageTrustDecided(string Slug, string Level, string Previous, string Reason) : BerthEvent;

/// <summary>A version is not offered any more; who has it keeps it.</summary>
[EventType("berth.package.yanked")]
public sealed record PackageYanked(string Slug, string Version, string Reason) : BerthEvent;

/// <summary>A version that was yanked is offered again.</summary>
[EventType("berth.package.unyanked")]
public sealed record PackageUnyanked(string Slug, string Version) : BerthEvent;

/// <summary>A publisher warned of a version, or took the warning back.</summary>
[EventType("berth.package.deprecated")]
public sealed record PackageDeprecated(string Slug, string Version, bool Deprecated, string? Message, string? SuccessorSlug, string? SuccessorVersion) : BerthEvent;

/// <summary>A version was deleted; its number is never given again.</summary>
[EventType("berth.package.deleted")]
public sealed record PackageDeleted(string Slug, string Version, string Digest, string? Reason, bool Forced) : BerthEvent;

/// <summary>A channel of a plugin points to another version, or follows the version numbers again.</summary>
[EventType("berth.package.channel_changed")]
public sealed record PackageChannelChanged(string Slug, string Channel, string Kind, string? Version, string? Previous, string? Reason) : BerthEvent;

/// <summary>A plugin has another publisher.</summary>
[EventType("berth.package.transferred")]
public sealed record PackageTransferred(string Slug, string Publisher) : BerthEvent;

/// <summary>A version is kept and waits for a reviewer.</summary>
[EventType("berth.package.held")]
public sealed record PackageHeld(string Slug, string Version, string Digest, string Code, string Reason) : BerthEvent;

/// <summary>A reviewer approved a version that was held; it is published.</summary>
[EventType("berth.package.approved")]
public sealed record PackageApproved(string Slug, string Version, string ReviewId, string? Reason) : BerthEvent;

/// <summary>A reviewer rejected a version that was held.</summary>
[EventType("berth.package.rejected")]
public sealed record PackageRejected(string Slug, string Version, string ReviewId, string Reason) : BerthEvent;

/// <summary>A publisher appealed against a rejection; somebody else decides.</summary>
[EventType("berth.package.appealed")]
public sealed record PackageAppealed(string Slug, string Version, string ReviewId, string Reason) : BerthEvent;
