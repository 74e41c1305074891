namespace Berth.Registry.Review;

/// <summary>A version that somebody has to look at.</summary>
/// <param name="Slug">The plugin.</param>
/// <param name="Version">The version.</param>
/// <param name="Digest">SHA-256 of the package.</param>
/// <param name="PublishedBy">A user id.</param>
/// <param name="SentBy">The publisher, or the administrator who acted for them.</param>
/// <param name="Reasons">Why, at least one.</param>
internal sealed record HeldVersion(string Slug, string Version, string Digest, string PublishedBy, string SentBy, IReadOnlyList<HoldReason> Reasons);

/// <summary>Why a version is held.</summary>
/// <param name="Stage">The stage that says so.</param>
/// <param name="Code">Dotted.</param>
/// <param name="Reason">In words, for the publisher and the reviewer.</param>
public sealed record HoldReason(string Stage, string Code, string Reason);
