using System.Security.Cryptography;
using Berth.Data.Sessions;

namespace Berth.Server.Files;

/// <summary>The keys of file capabilities: the newest signs, the ones before it are still accepted until their links have ended.</summary>
public sealed class FileCapabilityKeys
{
    private const string Purpose = "file-capability";
    private static readonly TimeSpan RotateAfter = TimeSpan.FromDays(30);
    private readonly Dictionary<byte, byte[]> _keys;

    private FileCapabilityKeys(Dictionary<byte, byte[]> keys, byte current)
    {
        _keys = keys;
        CurrentKid = current;
    }

    /// <summary>The key that signs.</summary>
    public byte CurrentKid { get; }

    /// <summary>The key's 32 bytes, or <see langword="null"/> when the id is unknown.</summary>
    public byte[]? Find(byte kid) => _keys.GetValueOrDefault(kid);

    /// <summary>Loads the keys, making a new one when there is none or the newest is older than 30 days.</summary>
    public static async Task<FileCapabilityKeys> LoadAsync(IDatabase database, TimeProvider time, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var rows = await database.WriteAsync(async session =>
        {
            const string Select = "SELECT kid, material, created_at FROM server_key WHERE purpose = @Purpose ORDER BY created_at DESC, kid DESC";
            var known = await session.QueryAsync<Row>(Select, new { Purpose });
            if (known.Count > 0 && DateTimeOffset.FromUnixTimeMilliseconds(known[0].CreatedAt) > now - RotateAfter)
                return known;
            // Ids go round; a link lives for a day at most, so the one that is replaced signed nothing that still counts.
            var kid = known.Count == 0 ? 1 : (known[0].Kid % 255) + 1;
            await session.ExecuteAsync(
                """
                INSERT INTO server_key (kid, purpose, material, created_at) VALUES (@kid, @Purpose, @material, @at)
                ON CONFLICT (kid) DO UPDATE SET material = excluded.material, created_at = excluded.created_at
                """,
                new { kid, Purpose, material = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)), at = now.ToUnixTimeMilliseconds() });
            return await session.QueryAsync<Row>(Select, new { Purpose });
        }, cancellationToken);
        return new FileCapabilityKeys(rows.ToDictionary(row => (byte)row.Kid, row => Convert.FromHexString(row.Material)), (byte)rows[0].Kid);
    }

    private sealed class Row
    {
        public long Kid { get; init; }

        public required string Material { get; init; }

        public long CreatedAt { get; init; }
    }
}
