using Berth.Packaging.Manifest;
using Berth.Packaging.Versioning;

namespace Berth.Host.Services.CrossPlugin;

/// <summary>
/// Which versions may answer a service, in the order in which they are asked: the user's own version first, then what the
/// manifest lists first, then the highest version. The same versions always give the same order.
/// </summary>
internal static class ProviderRanking
{
    /// <summary>The versions of one plugin that a consumer lists, ranked among themselves; those that do not fit come last, with the reason.</summary>
    /// <param name="consumed">The consumer's entry.</param>
    /// <param name="versions">What the store has; private packages are nobody else's.</param>
    /// <param name="own">The user's own installation, if there is one.</param>
    /// <param name="ownFiles">Its files.</param>
    public static IReadOnlyList<RankedProvider> Rank(ConsumedServiceManifest consumed, IEnumerable<PluginVersionFiles> versions, OtherInstallation? own, PluginVersionFiles? ownFiles)
    {
        var others = versions.Where(version => !version.IsPrivate && (own is null || version.Id != own.Id)).OrderByDescending(Number).ThenByDescending(version => version.Id.Version, StringComparer.Ordinal);
        if (own is { IsEnabled: false })
            return [.. others.Select(version => new RankedProvider(version, null, null, $"The user has switched {own.Id.Slug} off."))];

        var mine = ownFiles is null ? null : Judge(consumed, ownFiles, own);
        var rest = mine?.Service is null
            ? others.Select(version => Judge(consumed, version, own: null))
            : others.Select(version => new RankedProvider(version, null, null, $"The user's own version {own!.Id.Version} fits and is used."));
        return [.. (mine is null ? rest : rest.Prepend(mine)).OrderBy(provider => provider.Service is null)];
    }

    /// <summary>The newest version that fits an entry.</summary>
    public static PluginVersionFiles? Newest(IEnumerable<PluginVersionFiles> versions, ConsumedServiceManifest consumed) =>
        Rank(consumed, versions, own: null, ownFiles: null).FirstOrDefault(provider => provider.Service is not null)?.Files;

    private static RankedProvider Judge(ConsumedServiceManifest consumed, PluginVersionFiles files, OtherInstallation? own)
    {
        var service = files.Manifest.Module?.CrossPluginServices.FirstOrDefault(offered => string.Equals(offered.Token, consumed.Token, StringComparison.Ordinal));
        if (service is null)
            return new RankedProvider(files, null, own, $"It does not offer '{consumed.Token}'.");

        // A service may have a version of its own, which goes on while its plugin's jumps.
        var version = service.Version ?? Number(files);
        if (consumed.Range is { } range && !range.Contains(version, includePrerelease: own is not null))
            return new RankedProvider(files, null, own, $"Its version {version} is outside of {range}.");
        return new RankedProvider(files, service, own, own is not null ? "The user's own version." : "The highest version that fits.");
    }

    private static SemanticVersion Number(PluginVersionFiles files) => files.Manifest.Version;
}

/// <summary>A version that may answer, or why it may not.</summary>
/// <param name="Files">The version.</param>
/// <param name="Service">What it offers; <see langword="null"/> when it does not fit.</param>
/// <param name="Own">The user's installation when it is that one.</param>
/// <param name="Reason">Why it has its place, as a sentence.</param>
internal sealed record RankedProvider(PluginVersionFiles Files, CrossPluginServiceManifest? Service, OtherInstallation? Own, string Reason);
