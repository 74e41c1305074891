using Berth.Data.Sessions;
using Berth.Packaging.Versioning;
using Berth.Registry.Catalog;
using Berth.Registry.Publishers;

namespace Berth.Registry.Versions;

/// <inheritdoc />
internal sealed class Channels(IDatabase database, CatalogSnapshots snapshots, TimeProvider time) : IChannels
{
    public Task<ChannelOutcome> PromoteAsync(RegistryActor actor, ChannelRequest request, CancellationToken cancellationToken = default) =>
        MoveAsync(actor, request, "promote", cancellationToken);

    public Task<ChannelOutcome> RollbackAsync(RegistryActor actor, ChannelRequest request, CancellationToken cancellationToken = default) =>
        MoveAsync(actor, request, "rollback", cancellationToken);

    public Task<ChannelOutcome> ReleaseAsync(RegistryActor actor, ChannelRequest request, CancellationToken cancellationToken = default) =>
        ChangeAsync(actor, request, async (session, plugin) =>
        {
            if (!plugin.ChosenChannels.TryGetValue(request.Channel, out var chosen))
            {
                if (ReleaseChannels.Always.Contains(request.Channel))
                    return new ChannelOutcome.Done(plugin.Slug, request.Channel, null, ReleaseChannels.VersionOf(plugin, request.Channel)?.Version);
                return new ChannelOutcome.Refused(plugin.Slug, new VersionRefusal("channel.unknown", $"{plugin.Slug} has no channel '{request.Channel}'."));
            }

            if (!request.IsDryRun)
            {
                await session.ExecuteAsync("DELETE FROM release_channel WHERE slug = @Slug AND name = @Channel", new { plugin.Slug, request.Channel });
                await RecordAsync(session, actor, plugin, request, "release", null, chosen);
            }

            return new ChannelOutcome.Done(plugin.Slug, request.Channel, null, chosen);
        }, cancellationToken);

    public async Task<IReadOnlyList<ChannelChange>> HistoryAsync(string slug, int limit, long? before, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(slug);
        var rows = await database.ReadAsync(
            session => session.QueryAsync<ChangeRow>(
                """
                SELECT c.seq, c.name, c.kind, c.version, c.previous, c.reason, c.changed_by, c.at
                FROM release_channel_change c JOIN package p ON p.slug = c.slug
                WHERE p.slug_folded = @folded AND c.seq < @before ORDER BY c.seq DESC LIMIT @limit
                """,
                new { folded = slug.ToLowerInvariant(), before = before ?? long.MaxValue, limit = (long)limit }),
            cancellationToken);
        return [.. rows.Select(row => new ChannelChange(
            row.Seq, row.Name, row.Kind, row.Version, row.Previous, row.Reason, row.ChangedBy, DateTimeOffset.FromUnixTimeMilliseconds(row.At)))];
    }

    private Task<ChannelOutcome> MoveAsync(RegistryActor actor, ChannelRequest request, string kind, CancellationToken cancellationToken) =>
        ChangeAsync(actor, request, async (session, plugin) =>
        {
            if (plugin.Versions.FirstOrDefault(version => version.Version == request.Version && version.YankedAt is null) is not { } target)
                return new ChannelOutcome.UnknownVersion(plugin.Slug);
            var before = ReleaseChannels.VersionOf(plugin, request.Channel);
            if (Refusal(plugin, request, kind, before?.Manifest.Version, target.Manifest.Version) is { } refusal)
                return new ChannelOutcome.Refused(plugin.Slug, refusal);
            if (!request.IsDryRun && !(plugin.ChosenChannels.TryGetValue(request.Channel, out var chosen) && chosen == target.Version))
            {
                await session.ExecuteAsync(
                    """
                    INSERT INTO release_channel (slug, name, version, set_by, set_at) VALUES (@Slug, @Channel, @Version, @ActorId, @at)
                    ON CONFLICT (slug, name) DO UPDATE SET version = excluded.version, set_by = excluded.set_by, set_at = excluded.set_at
                    """,
                    new { plugin.Slug, request.Channel, target.Version, actor.ActorId, at = time.GetUtcNow().ToUnixTimeMilliseconds() });
                await RecordAsync(session, actor, plugin, request, kind, target.Version, before?.Version);
            }

            return new ChannelOutcome.Done(plugin.Slug, request.Channel, target.Version, before?.Version);
        }, cancellationToken);

    /// <summary>Each way goes in one direction, so that nobody takes a channel back who meant to bring it forward.</summary>
    private static VersionRefusal? Refusal(PluginRecord plugin, ChannelRequest request, string kind, SemanticVersion? before, SemanticVersion target)
    {
        var order = before is null ? 1 : target.CompareTo(before);
        if (kind == "promote" && order < 0)
        {
            return new VersionRefusal("channel.backwards",
                $"The channel '{request.Channel}' of {plugin.Slug} gives {before}, and {target} is older. Use rollback to go back.");
        }

        return kind == "rollback" && (before is null || order >= 0)
            ? new VersionRefusal("channel.forwards",
                $"The channel '{request.Channel}' of {plugin.Slug} gives {before?.ToString() ?? "nothing"}, and {target} is not older. Use promote to go forward.")
            : null;
    }

    private async Task RecordAsync(DbSession session, RegistryActor actor, PluginRecord plugin, ChannelRequest request, string kind, string? version, string? previous)
    {
        var at = time.GetUtcNow().ToUnixTimeMilliseconds();
        var reason = string.IsNullOrWhiteSpace(request.Reason) ? null : request.Reason.Replace("\0", "", StringComparison.Ordinal).Trim();
        await session.ExecuteAsync(
            """
            INSERT INTO release_channel_change (slug, name, kind, version, previous, reason, changed_by, at)
            VALUES (@Slug, @Channel, @kind, @version, @previous, @reason, @ActorId, @at)
            """,
            new { plugin.Slug, request.Channel, kind, version, previous, reason, actor.ActorId, at });
        await VersionTrail.AddAsync(session, actor, at, "berth.package.channel_changed", "package.channel", $"{plugin.Slug}#{request.Channel}",
            new { slug = plugin.Slug, channel = request.Channel, kind, version, previous, reason });
    }

    private async Task<ChannelOutcome> ChangeAsync(
        RegistryActor actor, ChannelRequest request, Func<DbSession, PluginRecord, Task<ChannelOutcome>> changeAsync, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(request);
        if (!ReleaseChannels.IsName(request.Channel))
        {
            return new ChannelOutcome.Refused(request.Slug, new VersionRefusal("channel.name",
                "A channel is called for example 'stable' or 'beta': a lower-case letter, then up to 31 lower-case letters, digits or hyphens."));
        }

        if (request.IsDryRun)
            return await database.ReadAsync(WorkAsync, cancellationToken);
        var outcome = await database.WriteAsync(WorkAsync, cancellationToken);
        snapshots.Invalidate(request.Slug);
        return outcome;

        async Task<ChannelOutcome> WorkAsync(DbSession session)
        {
            // Read within the transaction: another change of the channel must have happened before or come after.
            if (await CatalogRows.LoadAsync(session, [request.Slug.ToLowerInvariant()], snapshots.FindStale, snapshots.Now) is not [var plugin])
                return new ChannelOutcome.UnknownPlugin();
            return actor.IsAdministrator || PublisherRoles.Covers(await PublishRights.RoleAsync(session, plugin.Slug, actor.UserId), PublisherRoles.Maintainer)
                ? await changeAsync(session, plugin)
                : new ChannelOutcome.NotPermitted(plugin.Slug);
        }
    }

    private sealed record ChangeRow(long Seq, string Name, string Kind, string? Version, string? Previous, string? Reason, string ChangedBy, long At);
}
