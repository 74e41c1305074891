using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Registry.Catalog;

namespace Berth.Registry.Mirroring.Upstream;

/// <summary>
/// What the upstream registry says of plugins, kept in the database: fresh for a while, then asked again, and shown as it was
/// when the upstream is away. One question at a time about a plugin.
/// </summary>
internal sealed class UpstreamPlugins(IDatabase database, UpstreamClient client, UpstreamOptions options, TimeProvider time)
{
    private const int MostKept = 2_000;
    private readonly ConcurrentDictionary<string, Lazy<Task<PluginRecord?>>> _asking = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Kept> _kept = new(StringComparer.Ordinal);
    private readonly ConditionalWeakTable<PluginRecord, object> _stale = [];
    private long _awayUntil;

    /// <summary>The plugin as the upstream has it, or <see langword="null"/>.</summary>
    /// <exception cref="UpstreamAwayException">The upstream is away, and nothing is known.</exception>
    public async ValueTask<PluginRecord?> FindAsync(string slug, CancellationToken cancellationToken)
    {
        var folded = slug.ToLowerInvariant();
        if (_kept.TryGetValue(folded, out var kept) && IsFresh(kept.FetchedAt))
            return kept.Plugin;
        var asking = _asking.GetOrAdd(folded, static (folded, self) => new Lazy<Task<PluginRecord?>>(() => self.AskAsync(folded)), this);
        try
        {
            // Who gives up leaves the question to the others.
            return await asking.Value.WaitAsync(cancellationToken);
        }
        finally
        {
            if (asking.Value.IsCompleted)
                _asking.TryRemove(KeyValuePair.Create(folded, asking));
        }
    }

    /// <summary>Whether a plugin is shown as it was before the upstream went away.</summary>
    public bool IsStale(PluginRecord plugin) => _stale.TryGetValue(plugin, out _);

    /// <summary>The same plugin, seen otherwise: as old as it was.</summary>
    public PluginRecord As(PluginRecord plugin, PluginRecord other)
    {
        if (IsStale(plugin))
            _stale.AddOrUpdate(other, this);
        return other;
    }

    private async Task<PluginRecord?> AskAsync(string folded)
    {
        var row = await database.ReadAsync(
            session => session.FirstOrDefaultAsync<Row>("SELECT document, fetched_at FROM upstream_plugin WHERE slug_folded = @folded", new { folded }), CancellationToken.None);
        if (row is not null && IsFresh(row.FetchedAt))
            return Keep(folded, row.Document, row.FetchedAt);
        try
        {
            if (Now() < Volatile.Read(ref _awayUntil))
                throw new UpstreamAwayException("The upstream registry did not answer a moment ago.");
            var document = await client.VersionsAsync(folded, CancellationToken.None);
            // An answer that is none counts as no answer, and is not kept.
            if (document is not null)
                UpstreamRecords.Read(folded, document);
            document = document?.Replace("\0", "", StringComparison.Ordinal);
            var at = Now();
            await database.WriteAsync(
                session => session.ExecuteAsync(
                    """
                    INSERT INTO upstream_plugin (slug_folded, document, fetched_at) VALUES (@folded, @document, @at)
                    ON CONFLICT (slug_folded) DO UPDATE SET document = excluded.document, fetched_at = excluded.fetched_at
                    """,
                    new { folded, document, at }),
                CancellationToken.None);
            return Keep(folded, document, at);
        }
        catch (Exception exception) when (exception is UpstreamAwayException or JsonException)
        {
            Volatile.Write(ref _awayUntil, Now() + (long)options.Pause.TotalMilliseconds);
            if (row is null)
                throw exception as UpstreamAwayException ?? new UpstreamAwayException("The upstream registry's answer cannot be read.", exception);
            var plugin = row.Document is null ? null : UpstreamRecords.Read(folded, row.Document);
            if (plugin is not null)
                _stale.AddOrUpdate(plugin, this);
            return plugin;
        }
    }

    private PluginRecord? Keep(string folded, string? document, long fetchedAt)
    {
        var plugin = document is null ? null : UpstreamRecords.Read(folded, document);
        if (_kept.Count >= MostKept)
            _kept.Clear();
        _kept[folded] = new Kept(plugin, fetchedAt);
        return plugin;
    }

    private bool IsFresh(long fetchedAt) => Now() - fetchedAt < options.Lifetime.TotalMilliseconds && fetchedAt <= Now();

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();

    private sealed record Kept(PluginRecord? Plugin, long FetchedAt);

    private sealed record Row(string? Document, long FetchedAt);
}
