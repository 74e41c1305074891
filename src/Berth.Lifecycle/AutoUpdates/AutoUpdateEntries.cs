using Berth.Data.Sessions;
using Berth.Lifecycle.Installations;

namespace Berth.Lifecycle.AutoUpdates;

/// <inheritdoc />
internal sealed class AutoUpdateEntries(IDatabase database, AutoUpdateOptions options) : IAutoUpdates
{
    public TimeSpan Interval => options.Interval;

    public async Task<IReadOnlyDictionary<string, AutoUpdateEntry>> OfUserAsync(string userId, CancellationToken cancellationToken = default) =>
        (await database.ReadAsync(session => AutoUpdateRows.OfUserAsync(session, userId), cancellationToken))
            .ToDictionary(row => row.PluginSlug, Entry, StringComparer.OrdinalIgnoreCase);

    public async Task<AutoUpdateEntry?> FindAsync(InstalledPlugin plugin, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(plugin);
        return await database.ReadAsync(session => AutoUpdateRows.FindAsync(session, plugin.PluginId), cancellationToken) is { } row ? Entry(row) : null;
    }

    private static AutoUpdateEntry Entry(AutoUpdateRow row) => new(
        row.PluginSlug, DateTimeOffset.FromUnixTimeMilliseconds(row.Since), row.State, row.Version, row.Code, row.Reason, (int)row.Attempts,
        row.State == AutoUpdateState.Failed ? DateTimeOffset.FromUnixTimeMilliseconds(row.NextAt) : null, Instant(row.DecidedAt), Instant(row.CheckedAt));

    private static DateTimeOffset? Instant(long? at) => at is > 0 ? DateTimeOffset.FromUnixTimeMilliseconds(at.Value) : null;
}
