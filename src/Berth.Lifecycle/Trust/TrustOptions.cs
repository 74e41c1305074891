namespace Berth.Lifecycle.Trust;

/// <summary>How a host follows its registry's decisions.</summary>
public sealed record TrustOptions
{
    /// <summary>How often it asks. Default 5 seconds; what the registry quarantines stops within this time and the answer's.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);
}
