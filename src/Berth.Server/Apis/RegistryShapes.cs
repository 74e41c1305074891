using System.Text.Json;
using Berth.Packaging.Manifest;
using Berth.Registry.Catalog;

namespace Berth.Server.Apis;

/// <summary>Published versions as the registry's answers show them.</summary>
internal static class RegistryShapes
{
    public static object Version(
        VersionRecord version, long downloads, VersionTexts? texts = null, VersionRecord? previous = null, PluginRecord? plugin = null, object? scanReport = null) => new
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
            version.State,
            version.Stages,
            // No stage of that name: nobody has looked, which is not the same as nothing found.
            scan = version.Stages.FirstOrDefault(stage => stage.Stage == "scan")?.Verdict ?? "not_configured",
            operation_id = version.PublicationId,
            yanked = version.YankedAt is not null,
            version.YankedAt,
            version.YankReason,
            deprecated = version.Deprecation is not null,
            deprecation = VersionAnswers.Deprecation(version),
            prerelease = version.Manifest.Version.IsPrerelease,
            channels = plugin is null ? null : VersionAnswers.ChannelsOf(plugin, version),
            downloads,
            capabilities = version.Manifest.Security.Capabilities,
            capabilities_added = previous is null ? null : version.Manifest.Security.Capabilities.Except(previous.Manifest.Security.Capabilities),
            capabilities_removed = previous is null ? null : previous.Manifest.Security.Capabilities.Except(version.Manifest.Security.Capabilities),
            signatures = version.Signatures.Select(KeyShapes.Signature),
            scan_report = scanReport,
            manifest = Manifest(version.Manifest),
            texts?.Readme,
            texts?.Changelog,
        };

    private static JsonElement Manifest(PluginManifest manifest) => manifest.Json;
}
