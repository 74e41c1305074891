namespace Berth.Host;

/// <summary>Services between plugins as they are now, for administrators.</summary>
public interface IServiceDirectory
{
    /// <summary>Who offers what, who uses whom, who was refused; each in a fixed order.</summary>
    ServiceDirectorySnapshot Snapshot();
}

/// <summary>The services of this node at one moment.</summary>
/// <param name="Offers">What the loaded versions offer.</param>
/// <param name="Uses">Who was bound to whom since the consumer was loaded.</param>
/// <param name="Refusals">What was asked for and refused since the start.</param>
public sealed record ServiceDirectorySnapshot(IReadOnlyList<ServiceOffer> Offers, IReadOnlyList<ServiceUse> Uses, IReadOnlyList<ServiceRefusals> Refusals);

/// <summary>A service of a loaded version.</summary>
/// <param name="Token">The service.</param>
/// <param name="Provider">Who offers it.</param>
public sealed record ServiceOffer(string Token, PluginVersionId Provider);

/// <summary>One version that uses another's service.</summary>
/// <param name="Consumer">Who calls.</param>
/// <param name="Token">The service.</param>
/// <param name="Provider">Who answers.</param>
/// <param name="Calls">Calls that ended.</param>
/// <param name="Failures">How many of them did not succeed.</param>
public sealed record ServiceUse(PluginVersionId Consumer, string Token, PluginVersionId Provider, long Calls, long Failures);

/// <summary>What a version asked for and may not use.</summary>
/// <param name="Consumer">Who asked.</param>
/// <param name="Token">The service.</param>
/// <param name="Code">Why, for example <c>service.not_declared</c>.</param>
/// <param name="Count">How often.</param>
/// <param name="Reason">The last reason, for people.</param>
public sealed record ServiceRefusals(PluginVersionId Consumer, string Token, string Code, long Count, string Reason);
