using System.Text.Json;
using Berth.Data.Sessions;

namespace Berth.Registry.Scanning;

/// <inheritdoc />
internal sealed class ScanIndicators(IDatabase database, TimeProvider time) : IScanIndicators
{
    public Task<IReadOnlyList<KeptIndicator>> ListAsync(CancellationToken cancellationToken = default) => database.ReadAsync(IndicatorRows.ListAsync, cancellationToken);

    public async Task<KeptIndicator?> RemoveAsync(string id, string userId, bool isDryRun, CancellationToken cancellationToken = default)
    {
        var at = time.GetUtcNow().ToUnixTimeMilliseconds();
        return isDryRun
            ? await database.ReadAsync(session => FindAsync(session, id), cancellationToken)
            : await database.WriteAsync(
                async session =>
                {
                    if (await FindAsync(session, id) is not { } kept)
                        return null;
                    await IndicatorRows.RemoveAsync(session, kept);
                    await RegistryRecords.AddAuditAsync(
                        session, at, userId, "scan.indicator_remove", id, JsonSerializer.Serialize(new { kind = kept.Kind, value = kept.Value, name = kept.Name, severity = kept.Severity }));
                    return kept;
                },
                cancellationToken);
    }

    private static async Task<KeptIndicator?> FindAsync(DbSession session, string id) => (await IndicatorRows.ListAsync(session)).FirstOrDefault(kept => kept.Id == id);
}
