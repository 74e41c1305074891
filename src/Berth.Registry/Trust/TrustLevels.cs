namespace Berth.Registry.Trust;

/// <summary>The trust levels, most trusted first. A level is a decision of the registry, never a manifest's claim.</summary>
public static class TrustLevels
{
    /// <summary>The application's own plugins.</summary>
    public const string Internal = "internal";

    /// <summary>Reviewed.</summary>
    public const string Verified = "verified";

    /// <summary>Published by a known account, not reviewed.</summary>
    public const string Community = "community";

    /// <summary>Nothing is known.</summary>
    public const string Untrusted = "untrusted";

    /// <summary>Stopped: never downloaded, never run.</summary>
    public const string Quarantined = "quarantined";

    /// <summary>All levels, most trusted first.</summary>
    public static IReadOnlyList<string> All { get; } = [Internal, Verified, Community, Untrusted, Quarantined];
}
