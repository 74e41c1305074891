using System.Collections.Concurrent;
using Berth.Data.Sessions;

namespace Berth.Lifecycle.AutoUpdates;

/// <summary>
/// The right to look after a plugin's installations, which one process has at a time. It expires when its holder is silent, so
/// that another node goes on. What two nodes did at once after that, the lease of each operation would still keep apart.
/// </summary>
internal sealed class PluginTurns(IDatabase database, AutoUpdateOptions options, TimeProvider time)
{
    // Rounds of the nodes lie anywhere in the interval: a plugin's turn has come when most of it has gone by.
    private const double Due = 0.7;

    // Not the node's name: two processes of one machine must not take each other for themselves.
    private readonly string _holder = Guid.NewGuid().ToString("n");
    private readonly ConcurrentDictionary<string, DateTimeOffset> _until = new(StringComparer.Ordinal);

    /// <summary>Takes the turn when nobody has it and the last one was long enough ago.</summary>
    public async Task<bool> TryTakeAsync(string slug, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var until = now + options.Lease;
        var taken = await database.WriteAsync(
            session => session.ExecuteAsync(
                """
                INSERT INTO auto_update_turn (plugin_slug, holder, lease_until, checked_at) VALUES (@slug, @holder, @until, 0)
                ON CONFLICT (plugin_slug) DO UPDATE SET holder = excluded.holder, lease_until = excluded.lease_until
                WHERE auto_update_turn.lease_until < @at AND auto_update_turn.checked_at <= @due
                """,
                new { slug, holder = _holder, until = until.ToUnixTimeMilliseconds(), at = now.ToUnixTimeMilliseconds(), due = (now - (options.Interval * Due)).ToUnixTimeMilliseconds() }),
            cancellationToken) == 1;
        if (taken)
            _until[slug] = until;
        return taken;
    }

    /// <summary>Renews it in time. Answers whether it still is this process's.</summary>
    public async Task<bool> KeepAsync(string slug, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_until.TryGetValue(slug, out var until) && until - now > options.Lease / 2)
            return true;
        until = now + options.Lease;
        var kept = await database.WriteAsync(
            session => session.ExecuteAsync(
                "UPDATE auto_update_turn SET lease_until = @until WHERE plugin_slug = @slug AND holder = @holder",
                new { slug, holder = _holder, until = until.ToUnixTimeMilliseconds() }),
            cancellationToken) == 1;
        if (kept)
            _until[slug] = until;
        return kept;
    }

    /// <summary>Gives it back: with all looked at, until the next interval; otherwise to whoever comes first.</summary>
    public Task EndAsync(string slug, bool isDone)
    {
        _until.TryRemove(slug, out _);
        return database.WriteAsync(session => session.ExecuteAsync(
            "UPDATE auto_update_turn SET lease_until = 0, checked_at = CASE WHEN @isDone = 1 THEN @now ELSE checked_at END WHERE plugin_slug = @slug AND holder = @holder",
            new { slug, holder = _holder, isDone = isDone ? 1 : 0, now = time.GetUtcNow().ToUnixTimeMilliseconds() }));
    }

    /// <summary>Forgets plugins that nobody lets be updated any more.</summary>
    public Task ForgetUnusedAsync(CancellationToken cancellationToken) => database.WriteAsync(
        session => session.ExecuteAsync(
            "DELETE FROM auto_update_turn WHERE lease_until < @now AND NOT EXISTS (SELECT 1 FROM auto_update a WHERE a.plugin_slug = auto_update_turn.plugin_slug)",
            new { now = time.GetUtcNow().ToUnixTimeMilliseconds() }),
        cancellationToken);
}
