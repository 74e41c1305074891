using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Store;
using Berth.Packaging.Versioning;

namespace Berth.Server.Apis;

/// <summary>Which version an installation could be updated to.</summary>
internal static class UpdateCandidates
{
    /// <summary>The newest stable version that is newer than the installed one and not yanked; never a downgrade.</summary>
    public static async Task<AvailableVersion?> NewestForAsync(InstalledPlugin plugin, IPackageSource source, CancellationToken cancellationToken)
    {
        var current = SemanticVersion.Parse(plugin.Version);
        foreach (var version in await source.VersionsAsync(plugin.Slug, cancellationToken))
        {
            if (!version.IsYanked && !version.Version.IsPrerelease)
                return version.Version.CompareTo(current) > 0 ? version : null;
        }

        return null;
    }
}
