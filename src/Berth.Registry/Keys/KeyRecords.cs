using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Packaging.Signing;
using Berth.Registry.Catalog;
using Berth.Registry.Optimization.Variants;

namespace Berth.Registry.Keys;

/// <inheritdoc />
internal sealed class KeyRecords(IDatabase database, CatalogSnapshots snapshots, KeyOptions options, Countersigning.CountersignSignal countersigning, TimeProvider time) : IKeyRecords
{
    private const int MostKeysOfOwner = 100;
    private const int MostEvents = 1000;

    public Task<IReadOnlyList<KeyRecord>> ListAsync(string? ownerId = null, int limit = 100, string? after = null, CancellationToken cancellationToken = default) =>
        database.ReadAsync(session => KeyRows.ListAsync(session, ownerId, limit, after), cancellationToken);

    public Task<IReadOnlyList<KeyRecord>> RegistryKeysAsync(CancellationToken cancellationToken = default) =>
        database.ReadAsync(KeyRows.RegistryKeysAsync, cancellationToken);

    public Task<KeyRecord?> FindAsync(string kid, CancellationToken cancellationToken = default) =>
        database.ReadAsync(session => KeyRows.FindAsync(session, kid), cancellationToken);

    public Task<KeyOutcome> AddAsync(NewKey key, bool dryRun = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        var now = Now();
        var record = new KeyRecord(
            key.Key.Thumbprint, key.OwnerId, key.Name, key.Key.Algorithm.Name, key.Key.ToJwk(), WholeSecond(key.NotBefore ?? now), key.NotAfter, KeyState.Active, null, null, null, now)
        { IsVouched = key.IsVouchedFor };
        if (record.NotAfter <= record.NotBefore)
            return Task.FromResult<KeyOutcome>(new KeyOutcome.Refused("key.time", "'not_after' must be later than 'not_before'.", IsConflict: false));
        if (Unproven(key) is { } refused)
            return Task.FromResult<KeyOutcome>(refused);
        return WriteAsync(session => AddAsync(session, record, key.ActorId, dryRun), dryRun, cancellationToken);
    }

    public Task<KeyOutcome> RetireAsync(string kid, KeyActor actor, bool dryRun = false, CancellationToken cancellationToken = default) =>
        WriteAsync(
            async session => await FindAsync(session, kid, actor) is not { } key ? new KeyOutcome.Unknown()
                : key.State == KeyState.Active ? await ChangeAsync(session, key with { State = KeyState.Retired, RetiredAt = Now() }, key, actor, "key.retire", dryRun)
                : new KeyOutcome.Refused("key.state", $"The key '{kid}' is {key.State} already.", IsConflict: true),
            dryRun,
            cancellationToken);

    public async Task<KeyOutcome> RevokeAsync(
        string kid, DateTimeOffset? since, string? reason, KeyActor actor, bool dryRun = false, CancellationToken cancellationToken = default)
    {
        var from = WholeSecond(since ?? Now());
        if (from > Now())
            return new KeyOutcome.Refused("key.time", "'since' lies in the future. Retire the key now, or revoke it when the time has come.", IsConflict: false);
        var outcome = await WriteAsync(
            async session => await FindAsync(session, kid, actor) is not { } key ? new KeyOutcome.Unknown()
                // Nobody undoes a revocation by dating it later.
                : key.RevokedSince <= from ? new KeyOutcome.Refused("key.state", $"The key '{kid}' is revoked since {key.RevokedSince:u} already; only an earlier time can replace that.", IsConflict: true)
                : await ChangeAsync(session, key with { State = KeyState.Revoked, RevokedSince = from, RevokeReason = reason }, key, actor, "key.revoke", dryRun),
            dryRun,
            cancellationToken);
        if (outcome is KeyOutcome.Done done && !dryRun)
        {
            foreach (var slug in done.Broken.Select(name => name[..name.IndexOf('@', StringComparison.Ordinal)]).Distinct(StringComparer.Ordinal))
                snapshots.Invalidate(slug);
            if (done.Key.IsRegistry)
                countersigning.Set();
        }

        return outcome;
    }

    private KeyOutcome.Refused? Unproven(NewKey key)
    {
        if (key.Proof is null)
        {
            return options.RequiresProof && !key.IsVouchedFor
                ? new KeyOutcome.Refused(
                    "key.proof_missing", $"Send 'proof': the key's own signature over your account ({key.OwnerId}), so that nobody registers what is another's. 'berth keys register' makes it.", IsConflict: false)
                : null;
        }

        return KeyProof.Check(key.Key, key.OwnerId, key.Proof) is { } fault
            ? new KeyOutcome.Refused("key.proof", $"The proof does not hold for the key '{key.Key.Thumbprint}' and the account '{key.OwnerId}': {fault.Reason}", IsConflict: false)
            : null;
    }

    private async Task<KeyOutcome> AddAsync(DbSession session, KeyRecord record, string actorId, bool dryRun)
    {
        if (await KeyRows.FindAsync(session, record.Kid) is { } known)
        {
            return (known.OwnerId == record.OwnerId || (known.IsVouched && record.IsVouched)) && known.Algorithm == record.Algorithm
                ? new KeyOutcome.Known(known)
                : new KeyOutcome.Refused("key.exists", "This key is registered already, by another account or for another algorithm. Make a new one with 'berth keys new'.", IsConflict: true);
        }

        if ((await KeyRows.ListAsync(session, record.OwnerId, MostKeysOfOwner, null)).Count >= MostKeysOfOwner)
            return new KeyOutcome.Refused("key.too_many", $"An account has at most {MostKeysOfOwner} keys. Go on with one of them.", IsConflict: true);
        if (dryRun)
            return new KeyOutcome.Done(record, []);
        await KeyRows.InsertAsync(session, record);
        await AuditAsync(session, record, actorId, "key.add");
        return new KeyOutcome.Done(record, []);
    }

    private async Task<KeyOutcome> ChangeAsync(DbSession session, KeyRecord changed, KeyRecord before, KeyActor actor, string action, bool dryRun)
    {
        var broken = changed.RevokedSince is { } since ? await PackageSignatureRows.ReceivedSinceAsync(session, changed.Kid, since, before.RevokedSince) : [];
        if (!dryRun)
        {
            await KeyRows.UpdateAsync(session, changed);
            await AuditAsync(session, changed, actor.ActorId, action);
            if (changed is { IsRegistry: true, RevokedSince: not null })
            {
                await Countersigning.CountersignRunRows.InsertAsync(session, $"The registry's key {changed.Kid} was revoked.", actor.ActorId, At());
                await LapsedVariants.OrderAgainAsync(session, changed, At());
            }

            foreach (var signature in broken.Take(MostEvents))
                await SignatureRecords.RejectedAsync(session, At(), signature.Slug, signature.Version, changed.Kid, changed.Validity.Judge(changed.Kid, signature.ReceivedAt)!, actor.ActorId);
        }

        return new KeyOutcome.Done(changed, [.. broken.Select(signature => $"{signature.Slug}@{signature.Version}").Distinct(StringComparer.Ordinal)]);
    }

    private static async Task<KeyRecord?> FindAsync(DbSession session, string kid, KeyActor actor) =>
        await KeyRows.FindAsync(session, kid) is { } key && (actor.IsAdministrator || key.OwnerId == actor.UserId) ? key : null;

    private Task<int> AuditAsync(DbSession session, KeyRecord key, string actorId, string action) => RegistryRecords.AddAuditAsync(
        session, At(), actorId, action, key.Kid,
        JsonSerializer.Serialize(new { owner = key.OwnerId, algorithm = key.Algorithm, state = key.State, revoked_since = key.RevokedSince, reason = key.RevokeReason }));

    private Task<KeyOutcome> WriteAsync(Func<DbSession, Task<KeyOutcome>> work, bool dryRun, CancellationToken cancellationToken) =>
        dryRun ? database.ReadAsync(work, cancellationToken) : database.WriteAsync(work, cancellationToken);

    private long At() => time.GetUtcNow().ToUnixTimeMilliseconds();

    // Countersignatures tell whole seconds: a bound within one would be read differently here and where only they are known.
    private static DateTimeOffset WholeSecond(DateTimeOffset at) => DateTimeOffset.FromUnixTimeSeconds(at.ToUnixTimeSeconds());

    // As the tables keep it.
    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(At());
}
