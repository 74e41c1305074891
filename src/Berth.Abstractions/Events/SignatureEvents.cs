namespace Berth.Events;

/// <summary>A signature of a package holds.</summary>
[EventType("berth.signature.verified")]
public sealed record SignatureVerified(string Slug, string Version, string KeyId, string Algorithm) : BerthEvent;

/// <summary>A signature of a package does not hold.</summary>
[EventType("berth.signature.rejected", Audit = AuditOutcome.Failed)]
public sealed record SignatureRejected(string Slug, string Version, string? KeyId, string Code, string Reason) : BerthEvent;
