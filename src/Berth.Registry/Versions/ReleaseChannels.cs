using System.Text.RegularExpressions;
using Berth.Packaging.Versioning;
using Berth.Registry.Catalog;
using Berth.Registry.Trust;

namespace Berth.Registry.Versions;

/// <summary>
/// What a channel of a plugin gives. A channel that somebody promoted a version to gives that version and nothing newer; when
/// it is yanked, the newest one below it. A channel that nobody touched follows the version numbers.
/// </summary>
public static partial class ReleaseChannels
{
    /// <summary>What a page shows and a download without a version gives.</summary>
    public const string Latest = "latest";

    /// <summary>What installations follow unless they say otherwise.</summary>
    public const string Stable = "stable";

    /// <summary>Prereleases that begin with this word, and releases.</summary>
    public const string Beta = "beta";

    /// <summary>Channels that every plugin has.</summary>
    public static IReadOnlyList<string> Always { get; } = [Latest, Stable, Beta];

    /// <summary>Whether a channel may be called this: a lower-case letter, then up to 31 lower-case letters, digits or hyphens.</summary>
    public static bool IsName(string? name) => name is not null && Name().IsMatch(name);

    /// <summary>The version that a channel gives, or <see langword="null"/> when it has none to give.</summary>
    public static VersionRecord? VersionOf(PluginRecord plugin, string channel)
    {
        ArgumentNullException.ThrowIfNull(plugin);
        if (plugin.ChosenChannels.TryGetValue(channel, out var chosen) && plugin.Versions.FirstOrDefault(version => version.Version == chosen) is { } ceiling)
        {
            return IsRunning(ceiling) ? ceiling : plugin.Versions.FirstOrDefault(version =>
                IsRunning(version) && version.Manifest.Version.CompareTo(ceiling.Manifest.Version) <= 0 && Sees(channel, version.Manifest.Version));
        }

        if (channel == Latest && plugin.Versions.Any(version => IsRunning(version) && !version.Manifest.Version.IsPrerelease))
            return VersionOf(plugin, Stable);
        return plugin.Versions.FirstOrDefault(version => IsRunning(version) && Sees(channel, version.Manifest.Version))
            ?? (channel == Latest ? plugin.Versions.FirstOrDefault(IsRunning) ?? plugin.Versions.FirstOrDefault(version => version.YankedAt is null) : null);
    }

    // Quarantined versions come last: while there is another one, it is the newest that anybody can have.
    private static bool IsRunning(VersionRecord version) => version.YankedAt is null && version.TrustLevel != TrustLevels.Quarantined;

    /// <summary>Whether a channel gives versions like this one when nobody chose for it.</summary>
    private static bool Sees(string channel, SemanticVersion version) =>
        !version.IsPrerelease
        || (channel is not (Stable or Latest) && string.Equals(version.Prerelease.Split('.')[0], channel, StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex(@"\A[a-z][a-z0-9-]{0,31}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Name();
}
