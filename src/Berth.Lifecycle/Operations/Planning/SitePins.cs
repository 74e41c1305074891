using System.Collections.Frozen;
using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Lifecycle.Operations.Rows;
using Berth.Packaging.Versioning;

namespace Berth.Lifecycle.Operations.Planning;

/// <summary>The site's pins, from memory: installs ask for them, and a thousand installs a second must not read a table each.</summary>
internal sealed class SitePins(IDatabase database, TimeProvider time) : ISitePins
{
    /// <summary>How long another node's change may go unnoticed.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(5);

    private volatile Snapshot? _snapshot;

    public ValueTask<IReadOnlyDictionary<string, SitePin>> AllAsync(CancellationToken cancellationToken = default) =>
        _snapshot is { } snapshot && time.GetElapsedTime(snapshot.At) < MaxAge
            ? ValueTask.FromResult(snapshot.Pins)
            : new ValueTask<IReadOnlyDictionary<string, SitePin>>(LoadAsync(cancellationToken));

    public async ValueTask<SitePin?> FindAsync(string slug, CancellationToken cancellationToken) =>
        (await AllAsync(cancellationToken)).GetValueOrDefault(slug);

    public async Task<SitePin?> SetAsync(OperationCaller administrator, string slug, string pin, string? reason, CancellationToken cancellationToken = default)
    {
        pin = Wish.WithoutLetter(pin);
        if (pin.Length == 0 || !VersionRange.TryParse(pin, out _))
            return null;
        var now = time.GetUtcNow();
        var set = new SitePin(slug, pin, reason, administrator.ActorId, now);
        await database.WriteAsync(
            async session =>
            {
                await session.ExecuteAsync(
                    """
                    INSERT INTO site_pin (slug_folded, slug, pin, reason, set_by, set_at) VALUES (@folded, @slug, @pin, @reason, @setBy, @setAt)
                    ON CONFLICT (slug_folded) DO UPDATE SET slug = excluded.slug, pin = excluded.pin, reason = excluded.reason,
                        set_by = excluded.set_by, set_at = excluded.set_at
                    """,
                    new { folded = Folded(slug), slug, pin, reason, setBy = administrator.ActorId, setAt = now.ToUnixTimeMilliseconds() });
                await TrailRows.InsertAsync(session, Trail(administrator, slug, "site.pin", "berth.site.pinned", new SitePinDetail(slug, pin, reason), now));
                return true;
            },
            cancellationToken);
        _snapshot = null;
        return set;
    }

    public async Task<bool> RemoveAsync(OperationCaller administrator, string slug, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        var removed = await database.WriteAsync(
            async session =>
            {
                if (await session.ExecuteAsync("DELETE FROM site_pin WHERE slug_folded = @folded", new { folded = Folded(slug) }) == 0)
                    return false;
                await TrailRows.InsertAsync(session, Trail(administrator, slug, "site.unpin", "berth.site.unpinned", new SitePinDetail(slug), now));
                return true;
            },
            cancellationToken);
        _snapshot = null;
        return removed;
    }

    private async Task<IReadOnlyDictionary<string, SitePin>> LoadAsync(CancellationToken cancellationToken)
    {
        var at = time.GetTimestamp();
        var rows = await database.ReadAsync(session => session.QueryAsync<Row>("SELECT slug, pin, reason, set_by, set_at FROM site_pin"), cancellationToken);
        IReadOnlyDictionary<string, SitePin> pins = rows.ToFrozenDictionary(
            row => row.Slug, row => new SitePin(row.Slug, row.Pin, row.Reason, row.SetBy, DateTimeOffset.FromUnixTimeMilliseconds(row.SetAt)), StringComparer.OrdinalIgnoreCase);
        _snapshot = new Snapshot(pins, at);
        return pins;
    }

    private static TrailRow Trail(OperationCaller administrator, string slug, string action, string eventType, SitePinDetail detail, DateTimeOffset now) => new(
        administrator.ActorId, administrator.UserId, administrator.RequestId, action, eventType, slug, "succeeded",
        JsonSerializer.Serialize(detail, LifecycleJson.Default.SitePinDetail), now.ToUnixTimeMilliseconds());

    private static string Folded(string slug) => slug.ToLowerInvariant();

    private sealed record Snapshot(IReadOnlyDictionary<string, SitePin> Pins, long At);

    private sealed record Row(string Slug, string Pin, string? Reason, string SetBy, long SetAt);
}

/// <summary>What audit and events say of a site's pin.</summary>
internal sealed record SitePinDetail(string Slug, string? Pin = null, string? Reason = null);
