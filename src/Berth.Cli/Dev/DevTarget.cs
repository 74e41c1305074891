using System.Text.Json;
using System.Text.RegularExpressions;
using Berth.Cli.Http;
using Berth.Cli.Output;
using Berth.Packaging.Archive;

namespace Berth.Cli.Dev;

/// <summary>The server that is developed on: publish → install or update for the developer → take away what nobody needs.</summary>
internal sealed partial class DevTarget(ApiConnection host, ApiConnection registry)
{
    /// <summary>How many versions of a plugin's rounds are kept: the one in force, and the one before for a rollback.</summary>
    private const int Kept = 2;

    /// <summary>The host.</summary>
    public ApiConnection Host => host;

    /// <summary>Publishes a package.</summary>
    public async Task PublishAsync(FileInfo file, Package package, CancellationToken cancellationToken) =>
        await new PackageUpload(registry, file, package).SendAsync(cancellationToken);

    /// <summary>The round after the last that this registry knows of a plugin.</summary>
    public async Task<int> NextRoundAsync(string slug, CancellationToken cancellationToken)
    {
        try
        {
            var plugin = await registry.PluginAsync(slug, cancellationToken);
            return 1 + plugin.GetProperty("versions").EnumerateArray().Select(version => RoundOf(version.GetString()!) ?? 0).Append(0).Max();
        }
        catch (CommandFailedException failure) when (failure.Exit == ExitCode.NotFound)
        {
            return 1;
        }
    }

    /// <summary>Puts a published version in force for the developer, with all it asks for. Until it is, the one before goes on.</summary>
    public async Task SwapAsync(Package package, CancellationToken cancellationToken)
    {
        var (slug, version) = (package.Manifest.Name, package.Manifest.Version.ToString());
        var isInstalled = (await host.InstallationsAsync(cancellationToken)).Any(row => string.Equals(row.PluginSlug, slug, StringComparison.OrdinalIgnoreCase));
        await host.RunAsync(
            HttpMethod.Post, slug, isInstalled ? "update" : "install", new { version, grant = package.Manifest.Security.Capabilities }, "", cancellationToken);
    }

    /// <summary>Takes away versions of older rounds from the store. What somebody uses stays, and goes in a later round.</summary>
    /// <returns>Those that went.</returns>
    public async Task<IReadOnlyList<string>> CleanAsync(string slug, CancellationToken cancellationToken)
    {
        var rounds = (await host.VersionsAsync(cancellationToken)).Versions
            .Where(version => version.InStore && version.PluginSlug == slug && RoundOf(version.Version) is not null)
            .OrderByDescending(version => RoundOf(version.Version));
        List<string> gone = [];
        foreach (var old in rounds.Skip(Kept))
        {
            try
            {
                await host.SendAsync<JsonElement>(
                    HttpMethod.Delete, $"/api/v1/plugins/system/versions/{Uri.EscapeDataString(slug)}/{Uri.EscapeDataString(old.Version)}", null, cancellationToken);
                gone.Add(old.Version);
            }
            catch (CommandFailedException failure) when (failure.Exit is ExitCode.Conflict or ExitCode.NotFound)
            {
                // A request still runs in it, or the cleanup was quicker.
            }
        }

        return gone;
    }

    private static int? RoundOf(string version) =>
        RoundForm().Match(version) is { Success: true } match && int.TryParse(match.Groups["round"].Value, System.Globalization.CultureInfo.InvariantCulture, out var round) ? round : null;

    [GeneratedRegex("[-.]dev\\.(?<round>[0-9]{1,9})$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RoundForm();
}
