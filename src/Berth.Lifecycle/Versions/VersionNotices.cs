using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Store;

namespace Berth.Lifecycle.Versions;

/// <inheritdoc />
internal sealed class VersionNotices(IPackageSource source) : IVersionNotices
{
    public async ValueTask<IReadOnlyList<VersionNotice>> OfAsync(InstalledPlugin plugin, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(plugin);
        var offers = await source.VersionsAsync(plugin.Slug, cancellationToken);
        if (offers.FirstOrDefault(offer => string.Equals(offer.Digest, plugin.Digest, StringComparison.Ordinal)) is not { } mine)
            return [];
        List<VersionNotice> notices = [];
        if (mine.IsYanked)
        {
            notices.Add(new VersionNotice("yanked",
                $"{plugin.Slug} {plugin.Version} was withdrawn by its publisher{(mine.YankReason is null ? "" : $" ({mine.YankReason})")}. It keeps working; look for another version.", null));
        }

        if (mine.Deprecation is { } deprecation)
            notices.Add(new VersionNotice("deprecated", $"{plugin.Slug} {plugin.Version} is deprecated: {deprecation}", deprecation.Successor));
        var given = offers.FirstOrDefault(offer => offer.Channels.Contains(plugin.Channel, StringComparer.Ordinal));
        if (given is not null && given.Version.CompareTo(mine.Version) < 0)
        {
            notices.Add(new VersionNotice("channel_behind",
                $"The channel '{plugin.Channel}' of {plugin.Slug} is at {given.Version} and you have {plugin.Version}. An update never goes back; "
                + (plugin.PreviousVersion == given.Version.ToString() ? "a rollback returns to it with its data." : "uninstall and install to go back yourself."), given.Version.ToString()));
        }

        return notices;
    }
}
