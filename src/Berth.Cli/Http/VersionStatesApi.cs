namespace Berth.Cli.Http;

/// <summary>What a channel gives.</summary>
internal sealed record ChannelEntry(string Name, string? Version, string? Chosen);

/// <summary>The channels of a plugin.</summary>
internal sealed record ChannelList(string Slug, IReadOnlyList<ChannelEntry> Channels);

/// <summary>A change of a channel that was made.</summary>
internal sealed record ChannelMove(string Slug, string Channel, string? Version, string? Previous);

/// <summary>A change of a channel in its history.</summary>
internal sealed record ChannelHistoryEntry(string Channel, string Kind, string? Version, string? Previous, string? Reason, string? ChangedBy, DateTimeOffset? At);

/// <summary>A page of the history.</summary>
internal sealed record ChannelHistory(string Slug, IReadOnlyList<ChannelHistoryEntry> Changes, string? NextCursor);

/// <summary>States of versions and channels, on a registry.</summary>
internal static class VersionStatesApi
{
    /// <summary>Posts to <c>yank</c>, <c>unyank</c> or <c>deprecate</c> of a version, or of all when none is named.</summary>
    public static Task ChangeVersionAsync(
        this ApiConnection registry, string slug, string? version, string change, object body, bool isDryRun, CancellationToken cancellationToken) =>
        registry.SendAsync(HttpMethod.Post, $"{RegistryApi.PathOf(slug, version)}/{change}{Query(isDryRun)}", body, cancellationToken);

    /// <summary>Deletes a version.</summary>
    public static Task DeleteVersionAsync(
        this ApiConnection registry, string slug, string version, string? reason, bool force, bool isDryRun, CancellationToken cancellationToken) =>
        registry.SendAsync(
            HttpMethod.Delete,
            $"{RegistryApi.PathOf(slug, version)}?dry_run={(isDryRun ? "true" : "false")}{(force ? "&force=true" : "")}{(reason is null ? "" : $"&reason={Uri.EscapeDataString(reason)}")}",
            null, cancellationToken);

    /// <summary>What the channels give.</summary>
    public static Task<ChannelList> ChannelsAsync(this ApiConnection registry, string slug, CancellationToken cancellationToken) =>
        registry.GetAsync<ChannelList>(RegistryApi.PathOf(slug) + "/channels", cancellationToken);

    /// <summary>The newest changes of channels.</summary>
    public static Task<ChannelHistory> ChannelHistoryAsync(this ApiConnection registry, string slug, CancellationToken cancellationToken) =>
        registry.GetAsync<ChannelHistory>(RegistryApi.PathOf(slug) + "/channels/history?limit=100", cancellationToken);

    /// <summary>Promotes or rolls back.</summary>
    public static Task<ChannelMove> MoveChannelAsync(
        this ApiConnection registry, string slug, string version, string way, string channel, string? reason, bool isDryRun, CancellationToken cancellationToken) =>
        registry.SendAsync<ChannelMove>(
            HttpMethod.Post, $"{RegistryApi.PathOf(slug)}/versions/{Uri.EscapeDataString(version)}/{way}{Query(isDryRun)}", new { channel, reason }, cancellationToken);

    /// <summary>Lets a channel follow the version numbers again.</summary>
    public static Task<ChannelMove> ReleaseChannelAsync(this ApiConnection registry, string slug, string channel, bool isDryRun, CancellationToken cancellationToken) =>
        registry.SendAsync<ChannelMove>(HttpMethod.Delete, $"{RegistryApi.PathOf(slug)}/channels/{Uri.EscapeDataString(channel)}{Query(isDryRun)}", null, cancellationToken);

    private static string Query(bool isDryRun) => isDryRun ? "?dry_run=true" : "";
}
