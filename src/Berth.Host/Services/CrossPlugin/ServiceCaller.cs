using Berth.Packaging.Manifest;

namespace Berth.Host.Services.CrossPlugin;

/// <summary>Who asks for a service: a version, on behalf of a user, within one call.</summary>
/// <param name="Plugin">The consuming version.</param>
/// <param name="Capabilities">What it declares and its trust level permits.</param>
/// <param name="User">The user of the call.</param>
/// <param name="Chain">The calls that this one is in, its own included.</param>
/// <param name="Ending">Cancelled when that call is over.</param>
internal sealed record ServiceCaller(PluginVersionFiles Plugin, IReadOnlySet<string> Capabilities, IUserScope User, CallChain Chain, CancellationToken Ending)
{
    /// <summary>The manifest's entries for a token, in their order.</summary>
    public IReadOnlyList<ConsumedServiceManifest> Consumed(string token) =>
        [.. Plugin.Manifest.Module!.Consumes.Where(consumed => string.Equals(consumed.Token, token, StringComparison.Ordinal))];
}
