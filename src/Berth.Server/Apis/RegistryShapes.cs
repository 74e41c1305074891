using System.Text.Json;
using Berth.Packaging.Manifest;
using Berth.Registry.Catalog;

namespace Berth.Server.Apis;

/// <summary>Published versions as the registry's answers show them.</summary>
internal static class RegistryShapes
{
    public static object Version(VersionRecord version, long downloads, VersionTexts? texts = null, VersionRecord? previous = null) => new
    {
        version.Slug,
        version.Version,
        version.Digest,
        integrity = "sha256-" + Convert.ToBase64String(Convert.FromHexString(version.Digest)),
        version.Size,
        version.UnpackedSize,
        version.FileCount,
        version.TrustLevel,
        version.PublishedBy,
        version.PublishedAt,
        yanked = version.YankedAt is not null,
        version.YankedAt,
        version.YankReason,
        prerelease = version.Manifest.Version.IsPrerelease,
        downloads,
        capabilities = version.Manifest.Security.Capabilities,
        capabilities_added = previous is null ? null : version.Manifest.Security.Capabilities.Except(previous.Manifest.Security.Capabilities),
        capabilities_removed = previous is null ? null : previous.Manifest.Security.Capabilities.Except(version.Manifest.Security.Capabilities),
        signatures = Array.Empty<object>(),
        manifest = Manifest(version.Manifest),
        texts?.Readme,
        texts?.Changelog,
    };

    public static object Summary(PluginRecord plugin, long downloads)
    {
        var newest = plugin.Newest ?? plugin.Versions[0];
        return new
        {
            plugin.Slug,
            display_name = newest.Manifest.DisplayName,
            newest.Manifest.Description,
            latest_version = newest.Version,
            version = newest.Version,
            newest.Manifest.Category,
            newest.Manifest.Author,
            newest.Manifest.Icon,
            newest.Manifest.Keywords,
            plugin.TrustLevel,
            newest.Digest,
            newest.Size,
            yanked = newest.YankedAt is not null,
            downloads,
            manifest = Manifest(newest.Manifest),
        };
    }

    private static JsonElement Manifest(PluginManifest manifest) => manifest.Json;
}
