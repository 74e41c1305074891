namespace Berth.Packaging.Bundles;

/// <summary>The source's decision that a plugin's trust level comes from.</summary>
/// <param name="DecidedBy">Who decided; an account of the source.</param>
/// <param name="DecidedAt">When; Unix milliseconds.</param>
/// <param name="ExpiresAt">When it runs out, at the source and wherever it was carried to; Unix milliseconds.</param>
/// <param name="Evidence">On what evidence: JSON as a text, because numbers in an index are integers.</param>
public sealed record BundleTrust(string DecidedBy, long DecidedAt, long? ExpiresAt, string? Evidence);
