using Berth.Packaging.Enforcement;
using Berth.Packaging.Scanning;

namespace Berth.Registry.Trust;

/// <summary>What a trust level allows and asks for.</summary>
/// <param name="Level">One of <see cref="TrustLevels"/>.</param>
/// <param name="CapabilityCeiling">Capabilities that can be in force at most; <see langword="null"/> for all.</param>
/// <param name="Isolation">The isolation level a host takes by default: <c>none</c>, <c>process</c>, <c>sandbox</c>.</param>
/// <param name="RequiredSignatures">Who must have signed: <c>author</c>, asked for at a publish and by hosts, <c>registry</c>, asked for by hosts alone because each publish gets one; empty for nobody.</param>
/// <param name="RequiredScanners">Scanners that must have said clean, by name.</param>
/// <param name="HoldsFrom">Findings of this severity or a worse one hold a version for review; milder ones are recorded and shown.</param>
/// <param name="RefusesFrom">Findings of this severity or a worse one refuse a version; <see langword="null"/>: none does, they hold.</param>
/// <param name="CoolDown">How long a version is visible before it is offered as an update.</param>
/// <param name="AutoUpdate">Whether hosts may take a new version by themselves, for users who let them.</param>
/// <param name="RateFactor">By how much the rate limits of the publisher are multiplied.</param>
public sealed record TrustPolicy(
    string Level,
    IReadOnlyList<string>? CapabilityCeiling,
    string Isolation,
    IReadOnlyList<string> RequiredSignatures,
    IReadOnlyList<string> RequiredScanners,
    Severity HoldsFrom,
    Severity? RefusesFrom,
    TimeSpan CoolDown,
    bool AutoUpdate,
    double RateFactor)
{
    /// <summary>What code of the level may use at most; a manifest may ask for less.</summary>
    public UsageLimits Limits { get; init; } = new();
}

/// <summary>The policy in force for each level.</summary>
public interface ITrustPolicies
{
    /// <summary>The policy of a level.</summary>
    /// <exception cref="ArgumentException">There is no such level.</exception>
    TrustPolicy Of(string level);
}
