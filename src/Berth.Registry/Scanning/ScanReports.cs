using Berth.Data.Sessions;

namespace Berth.Registry.Scanning;

/// <inheritdoc />
internal sealed class ScanReports(IDatabase database) : IScanReports
{
    public Task<IReadOnlyList<VerdictRecord>> FindAsync(string slug, string version, CancellationToken cancellationToken = default) =>
        database.ReadAsync(session => ScanRows.FindAsync(session, slug, version), cancellationToken);
}
