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

    /// <summary>Whether <paramref name="level"/> is more trusted than <paramref name="other"/>.</summary>
    public static bool IsAbove(string level, string other) => Rank(level) < Rank(other);

    /// <summary>The next lower level at which code may still run.</summary>
    public static string? Below(string level) => level switch
    {
        Internal => Verified,
        Verified => Community,
        Community => Untrusted,
        _ => null,
    };

    private static int Rank(string level) => All.TakeWhile(one => one != level).Count();
}
