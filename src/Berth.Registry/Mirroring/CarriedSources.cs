using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Packaging.Signing;

namespace Berth.Registry.Mirroring;

/// <summary>
/// Which registry a bundle comes from. The key that signed it says so, not the address that it names: a registry that moves stays
/// the same one, and nobody becomes another one by taking its address.
/// </summary>
internal sealed class CarriedSources(IDatabase database, TimeProvider time)
{
    /// <summary>Code of a bundle that names a registry which another key has spoken for.</summary>
    public const string KeyCode = "bundle.source_key";

    /// <summary>What the source is called in everything that came from it; or why its word is not taken.</summary>
    /// <param name="named">What the bundle calls it.</param>
    /// <param name="kid">The trusted key that signed it.</param>
    /// <param name="isAccepted">Whether the key is that registry's, as somebody who should know says.</param>
    /// <param name="actorId">Who imports.</param>
    /// <param name="isDryRun">Nothing is remembered.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<(string Source, SignatureFault? Fault)> OfAsync(string named, string kid, bool isAccepted, string actorId, bool isDryRun, CancellationToken cancellationToken)
    {
        return isDryRun ? database.ReadAsync(FindAsync, cancellationToken) : database.WriteAsync(KeepAsync, cancellationToken);

        async Task<(string Source, SignatureFault? Fault)> FindAsync(DbSession session)
        {
            if (await session.ScalarAsync<string>("SELECT source FROM carried_source WHERE kid = @kid LIMIT 1", new { kid }) is { } known)
                return (known, null);
            if (await session.FirstOrDefaultAsync<Row>("SELECT kid, source FROM carried_source WHERE named = @named ORDER BY at DESC, kid LIMIT 1", new { named }) is not { } other)
                return (named, null);
            return isAccepted ? (other.Source, null) : (other.Source, new SignatureFault(
                KeyCode,
                $"The bundle says that it comes from {named}. What came from there so far was signed by the key {other.Kid}; this one is signed by {kid}. Nothing was kept. "
                + $"Ask the people of {named} whether they have a new key (berth keys list --registry shows it), and import with accept_key={kid} (berth bundle import --accept-key {kid}) if they have."));
        }

        async Task<(string Source, SignatureFault? Fault)> KeepAsync(DbSession session)
        {
            var (source, fault) = await FindAsync(session);
            if (fault is not null)
                return (source, fault);
            var at = time.GetUtcNow().ToUnixTimeMilliseconds();
            var isNew = await session.ScalarAsync<string>("SELECT kid FROM carried_source WHERE kid = @kid LIMIT 1", new { kid }) is null;
            var isAnotherKey = isNew && await session.ScalarAsync<string>("SELECT kid FROM carried_source WHERE named = @named LIMIT 1", new { named }) is not null;
            await session.ExecuteAsync(
                "INSERT INTO carried_source (kid, named, source, accepted_by, at) VALUES (@kid, @named, @source, @by, @at) ON CONFLICT DO NOTHING",
                new { kid, named, source, by = isAnotherKey ? actorId : null, at });
            if (isAnotherKey)
                await RegistryRecords.AddAuditAsync(session, at, actorId, "bundle.source_key", named, JsonSerializer.Serialize(new { key_id = kid, source }));
            return (source, null);
        }
    }

    private sealed record Row(string Kid, string Source);
}
