using Berth.Lifecycle.Installations;

namespace Berth.Lifecycle.Versions;

/// <summary>What the user of an installed version should know from its publisher: yanked, deprecated, the channel gone back.</summary>
public interface IVersionNotices
{
    /// <summary>The notices; none for a private package. Nothing is changed by them: no installation goes back by itself.</summary>
    /// <exception cref="Store.PackageSourceUnavailableException">The registry does not answer.</exception>
    ValueTask<IReadOnlyList<VersionNotice>> OfAsync(InstalledPlugin plugin, CancellationToken cancellationToken = default);
}

/// <summary>One notice.</summary>
/// <param name="Kind"><c>yanked</c>, <c>deprecated</c> or <c>channel_behind</c>.</param>
/// <param name="Message">For people.</param>
/// <param name="Successor">The plugin or version to go to, when the publisher names one.</param>
public sealed record VersionNotice(string Kind, string Message, string? Successor);
