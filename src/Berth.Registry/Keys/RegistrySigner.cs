using System.Text;
using Berth.Data.Sessions;
using Berth.Packaging.Signing;

namespace Berth.Registry.Keys;

/// <inheritdoc />
/// <remarks>
/// The private part lies in the table <c>server_key</c>, where every node finds it, beside the other keys of the installation.
/// Which key is active is asked each time: a node that went on with a retired one would sign what nobody accepts.
/// </remarks>
internal sealed class RegistrySigner(IDatabase database, TimeProvider time) : IRegistrySigner, IDisposable
{
    private const string Purpose = "registry-signing";

    // Ids below are those of links and of settings.
    private const long FirstId = 1_000_000;
    private const string SelectActive = "SELECT kid FROM signing_key WHERE owner_id IS NULL AND state = 'active' ORDER BY created_at DESC, kid LIMIT 1";
    private readonly Lock _gate = new();
    private SigningKey? _key;

    public async Task<VerificationKey> KeyAsync(CancellationToken cancellationToken = default) => (await CurrentAsync(cancellationToken)).Public;

    public async Task<DetachedSignature> SignAsync(ReadOnlyMemory<byte> payload, string type, CancellationToken cancellationToken = default) =>
        Sign(await CurrentAsync(cancellationToken), payload, type, [], time.GetUtcNow());

    public async Task<DetachedSignature> CountersignAsync(
        ReadOnlyMemory<byte> payload, IReadOnlyList<DetachedSignature> seen, CancellationToken cancellationToken = default) =>
        Countersign(await CurrentAsync(cancellationToken), payload, seen);

    public void Dispose() => _key?.Dispose();

    /// <summary>The countersignature of what a transaction writes.</summary>
    internal async Task<DetachedSignature> CountersignAsync(DbSession session, ReadOnlyMemory<byte> payload, IReadOnlyList<DetachedSignature> seen) =>
        Countersign(await FindAsync(session) ?? await CreateAsync(session), payload, seen);

    /// <summary>
    /// Repeats a countersignature whose key was revoked: the same witness of the same time. The key is in force from that time on,
    /// or its word about it would not count.
    /// </summary>
    internal async Task<DetachedSignature> CountersignAgainAsync(DbSession session, ReadOnlyMemory<byte> payload, IReadOnlyList<string> seen, DateTimeOffset at)
    {
        var key = await FindAsync(session) ?? await CreateAsync(session);
        await KeyRows.ExtendAsync(session, key.Public.Thumbprint, DateTimeOffset.FromUnixTimeSeconds(at.ToUnixTimeSeconds()));
        return Sign(key, payload, DetachedSignature.FilesType, seen, at);
    }

    private DetachedSignature Countersign(SigningKey key, ReadOnlyMemory<byte> payload, IReadOnlyList<DetachedSignature> seen) =>
        Sign(key, payload, DetachedSignature.FilesType, [.. seen.Select(signature => signature.Digest)], time.GetUtcNow());

    private DetachedSignature Sign(SigningKey key, ReadOnlyMemory<byte> payload, string type, IReadOnlyList<string> seen, DateTimeOffset at)
    {
        lock (_gate)
            return DetachedSignature.Create(payload.Span, type, key, at, SignatureRole.Registry, seen);
    }

    private async Task<SigningKey> CurrentAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await database.ReadAsync(FindAsync, cancellationToken)
                    ?? await database.WriteAsync(async session => await FindAsync(session) ?? await CreateAsync(session), cancellationToken);
            }
            catch (DatabaseConstraintException exception) when (exception.IsUnique && attempt == 1)
            {
                // Another node made the first key at the same moment: the next attempt finds it.
            }
        }
    }

    private async Task<SigningKey?> FindAsync(DbSession session)
    {
        if (await session.ScalarAsync<string>(SelectActive) is not { } kid)
            return null;
        if (_key is { } known && known.Public.Thumbprint == kid)
            return known;
        return await LoadAsync(session, kid) is { } found ? Remember(found) : null;
    }

    // A revoked key may be in other hands: its word is worth nothing.
    private static async Task<SigningKey?> FindLastAsync(DbSession session) =>
        await KeyRows.RegistryKeysAsync(session) is [{ State: not KeyState.Revoked } last, ..] ? await LoadAsync(session, last.Kid) : null;

    private static async Task<SigningKey?> LoadAsync(DbSession session, string kid)
    {
        var materials = await session.QueryAsync<string>("SELECT material FROM server_key WHERE purpose = @Purpose", new { Purpose });
        // kid, line break, PEM.
        return materials.FirstOrDefault(material => material.StartsWith(kid + "\n", StringComparison.Ordinal)) is { } found
            ? SigningKey.FromPem(found[(kid.Length + 1)..]).Key ?? throw new InvalidDataException("The registry's own key cannot be read.")
            : null;
    }

    private async Task<SigningKey> CreateAsync(DbSession session)
    {
        var key = SigningKey.Create(SignatureAlgorithm.ES256);
        var now = time.GetUtcNow();
        // What is signed within this second says the second's start.
        var from = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds());
        var record = new KeyRecord(
            key.Public.Thumbprint, null, "registry", key.Public.Algorithm.Name, key.Public.ToJwk(), from, null, KeyState.Active, null, null, null, now)
        {
            Vouch = await FindLastAsync(session) is { } before ? KeyVouch.Create(key.Public, before, now) : null,
        };
        var last = await session.ScalarAsync<long?>("SELECT MAX(kid) FROM server_key WHERE purpose = @Purpose", new { Purpose });
        await session.ExecuteAsync(
            "INSERT INTO server_key (kid, purpose, material, created_at) VALUES (@id, @Purpose, @material, @at)",
            new { id = (last ?? FirstId - 1) + 1, Purpose, material = new StringBuilder(record.Kid).Append('\n').Append(key.ToPem()).ToString(), at = now.ToUnixTimeMilliseconds() });
        await KeyRows.InsertAsync(session, record);
        // Not remembered: the transaction may yet be undone.
        return key;
    }

    private SigningKey Remember(SigningKey key)
    {
        // The one before is not disposed of: another thread may be about to sign with it.
        _key = key;
        return key;
    }
}
