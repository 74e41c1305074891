using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Store;
using Berth.Packaging.Versioning;

namespace Berth.Lifecycle.Operations.Planning;

/// <summary>
/// Which versions of a plugin a user may come to. Precedence: the site's pin, then the user's, then the channel. Both
/// pins hold; where they exclude each other, the site's alone does. A pin that names a prerelease lets it in on any channel.
/// </summary>
internal sealed class VersionPolicy
{
    private readonly string _slug;
    private readonly SitePin? _site;
    private readonly VersionRange? _siteRange;
    private readonly VersionRange? _userRange;
    private readonly string _channel;

    private VersionPolicy(string slug, SitePin? site, VersionRange? userRange, string channel) =>
        (_slug, _site, _siteRange, _userRange, _channel) = (slug, site, site is null ? null : VersionRange.Parse(site.Pin), userRange, channel);

    /// <summary>What bounds the versions of a plugin for a user.</summary>
    /// <param name="slug">The plugin.</param>
    /// <param name="site">What the site allows of it.</param>
    /// <param name="installed">The user's installation, if there is one.</param>
    /// <param name="offered">What is on offer: tells whether the two pins leave anything.</param>
    /// <param name="channel">Another channel than the installation's.</param>
    public static VersionPolicy Of(string slug, SitePin? site, InstalledPlugin? installed, IEnumerable<SemanticVersion> offered, string? channel = null)
    {
        var user = VersionRange.TryParse(installed?.Pinned ?? "", out var range) && installed?.Pinned is not null ? range : null;
        var policy = new VersionPolicy(slug, site, user, channel ?? installed?.Channel ?? InstalledPlugin.StableChannel);
        return site is not null && user is not null && !offered.Any(version => In(policy._siteRange!, version) && In(user, version))
            ? new VersionPolicy(slug, site, null, policy._channel)
            : policy;
    }

    /// <summary>Whether a version is seen without being named: a release, or a prerelease of the channel or of a pin.</summary>
    public bool Sees(SemanticVersion version) =>
        !version.IsPrerelease
        || (_channel != InstalledPlugin.StableChannel && string.Equals(version.Prerelease.Split('.')[0], _channel, StringComparison.OrdinalIgnoreCase))
        || _siteRange?.Contains(version) is true || _userRange?.Contains(version) is true;

    /// <summary>
    /// What the channel gives: when its publisher pointed it to a version, that one and what lies below it; otherwise
    /// everything, and the version numbers decide.
    /// </summary>
    public IReadOnlyList<AvailableVersion> OnChannel(IReadOnlyList<AvailableVersion> offers)
    {
        if (offers.FirstOrDefault(Gives) is { } chosen)
            return [.. offers.Where(offer => offer == chosen || (Sees(offer.Version) && offer.Version.CompareTo(chosen.Version) <= 0))];
        return offers;
    }

    /// <summary>Whether the channel points to this very version.</summary>
    public bool Gives(AvailableVersion offer) => offer.Channels.Contains(_channel, StringComparer.Ordinal);

    /// <summary>Whether somebody decided by a pin which versions there are: then the channel only prefers.</summary>
    public bool IsPinned => _siteRange is not null || _userRange is not null;

    /// <summary>Which pin forbids a version, by whom and how it is lifted; <see langword="null"/> when none does.</summary>
    public RefusalReason? Forbids(SemanticVersion version)
    {
        if (_siteRange is not null && !In(_siteRange, version))
        {
            return new RefusalReason("version.pinned",
                $"an administrator pinned {_slug} to {_site!.Pin} for this site{(_site.Reason is null ? "" : $" ({_site.Reason})")}, which {version} is not. Only an administrator can lift that, with: berth pins remove {_slug}");
        }

        return _userRange is null || In(_userRange, version) ? null : new RefusalReason("version.pinned",
            $"you pinned {_slug} to {_userRange}, which {version} is not. Lift the pin with: berth unpin {_slug}");
    }

    private static bool In(VersionRange range, SemanticVersion version) => range.Contains(version, includePrerelease: true);
}
