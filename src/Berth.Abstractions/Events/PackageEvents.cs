namespace Berth.Events;

/// <summary>A version was published.</summary>
[EventType("berth.package.published")]
public sealed record PackagePublished(string Slug, string Version, string Digest, long Size, string TrustLevel) : BerthEvent;

/// <summary>A user may read a package that is not public.</summary>
[EventType("berth.package.private_added")]
public sealed record PackagePrivateAdded(string Slug, string Version, string Digest, long Size, string TrustLevel) : BerthEvent;

/// <summary>A plugin's trust level was decided.</summary>
[EventType("berth.package.trust_decided")]
public sealed record PackageTrustDecided(string Slug, string Level, string Previous, string Reason) : BerthEvent;
