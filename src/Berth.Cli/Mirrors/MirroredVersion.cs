namespace Berth.Cli.Mirrors;

/// <summary>A version of a registry, as a mirror needs it.</summary>
internal sealed record MirroredVersion(
    string Slug, string Version, string Digest, long Size, string? TrustLevel, DateTimeOffset? PublishedAt, bool Yanked, string? YankReason, MirroredWarning? Deprecation = null,
    IReadOnlyList<MirroredSignature>? Signatures = null)
{
    /// <summary>Name of the file that holds it.</summary>
    public string FileName => $"{Slug}-{Version}.berth";

    /// <summary>What its registry has decided about the trust of the plugin, as far as it tells.</summary>
    public MirroredTrust? Trust { get; init; }
}

/// <summary>The decisions on a plugin, as a registry answers.</summary>
internal sealed record MirroredTrust(string? Level, IReadOnlyList<MirroredDecision>? Decisions)
{
    /// <summary>The one in force.</summary>
    public MirroredDecision? InForce => Decisions?.FirstOrDefault(decision => decision.InForce);
}

/// <summary>One of them.</summary>
internal sealed record MirroredDecision(
    string Level, string? DecidedBy, string? Reason, DateTimeOffset? At, DateTimeOffset? ExpiresAt, System.Text.Json.JsonElement? Evidence, bool InForce);

/// <summary>What its publisher says against using a version.</summary>
internal sealed record MirroredWarning(string Message, string? Successor, string? SuccessorVersion, DateTimeOffset At);

/// <summary>A signature of a version, as a registry answers.</summary>
internal sealed record MirroredSignature(string Kid, string? Role, bool? Valid, string? Protected, string? Signature);

/// <summary>All versions of a plugin, as a registry answers.</summary>
internal sealed record MirroredPlugin(string Slug, IReadOnlyList<MirroredVersion> Versions);

/// <summary>How mirroring a version ended.</summary>
internal enum MirrorState
{
    /// <summary>It was copied.</summary>
    Copied,

    /// <summary>It was there with the same bytes.</summary>
    Unchanged,

    /// <summary>It would be copied.</summary>
    WouldCopy,
}
