using System.Collections.Concurrent;
using System.Security.Cryptography;
using Berth.Data.Sessions;

namespace Berth.Lifecycle.Settings;

/// <summary>
/// The keys of secrets: the newest seals, every older one still opens what it sealed. They lie in the database, shared by
/// all nodes, and are read once.
/// </summary>
internal sealed class SettingsKeys(IDatabase database, TimeProvider time)
{
    private const string Purpose = "settings";

    // Ids below are those of links, which go round from 1 to 255.
    private const long FirstKid = 1000;
    private const string Select = "SELECT kid, material, created_at FROM server_key WHERE purpose = @Purpose ORDER BY kid DESC";
    private static readonly TimeSpan RotateAfter = TimeSpan.FromDays(90);
    private readonly ConcurrentDictionary<long, SettingsKey?> _known = new();
    private volatile SettingsKey? _newest;

    /// <summary>The key that seals; makes one when there is none or the newest is older than 90 days.</summary>
    public async ValueTask<SettingsKey> CurrentAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_newest is { } newest && newest.CreatedAt > now - RotateAfter)
            return newest;
        var material = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var rows = await database.WriteAsync(
            async session =>
            {
                var known = await session.QueryAsync<KeyRow>(Select, new { Purpose });
                if (known.Count > 0 && DateTimeOffset.FromUnixTimeMilliseconds(known[0].CreatedAt) > now - RotateAfter)
                    return known;
                // Two nodes may come here at once: the one that is late takes the other's key.
                await session.ExecuteAsync(
                    "INSERT INTO server_key (kid, purpose, material, created_at) VALUES (@kid, @Purpose, @material, @at) ON CONFLICT (kid) DO NOTHING",
                    new { kid = known.Count == 0 ? FirstKid : known[0].Kid + 1, Purpose, material, at = now.ToUnixTimeMilliseconds() });
                return await session.QueryAsync<KeyRow>(Select, new { Purpose });
            },
            cancellationToken);
        Remember(rows);
        return _newest!;
    }

    /// <summary>The key that sealed something. Asks the database once for an id it has not seen, for example another node's new key.</summary>
    public SettingsKey? Find(long kid) => _known.TryGetValue(kid, out var key) ? key : Load(kid);

    /// <summary>Reads all keys, so that no call of a plugin has to.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken) =>
        Remember(await database.ReadAsync(session => session.QueryAsync<KeyRow>(Select, new { Purpose }), cancellationToken));

    // A plugin asks for its settings without waiting, and the id is a new one at most once in 90 days.
    private SettingsKey? Load(long kid)
    {
        Task.Run(() => LoadAsync(CancellationToken.None)).GetAwaiter().GetResult();
        return _known.GetOrAdd(kid, (SettingsKey?)null);
    }

    private void Remember(IReadOnlyList<KeyRow> rows)
    {
        foreach (var row in rows)
            _known[row.Kid] = new SettingsKey(row.Kid, Convert.FromHexString(row.Material), DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt));
        if (rows.Count > 0)
            _newest = _known[rows[0].Kid];
    }

    private sealed record KeyRow(long Kid, string Material, long CreatedAt);
}
