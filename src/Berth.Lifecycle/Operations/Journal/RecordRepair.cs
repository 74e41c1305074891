using System.Globalization;
using System.Text;
using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Store;

namespace Berth.Lifecycle.Operations.Journal;

/// <summary>
/// Writes recovery records again that lag behind the database. A mark on the disk tells until when records are known to
/// be right, so that a start looks only at users whose operations came after it.
/// </summary>
internal sealed class RecordRepair(IDatabase database, SharedStore store, RecoveryRecords records, LifecycleOptions options, TimeProvider time)
{
    /// <summary>Longer than any commit may take until its record is written.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(2);

    private string Mark => Path.Combine(store.Paths.Cache, "records.mark");

    /// <summary>Returns how many records were written again.</summary>
    public async Task<int> RepairAsync(CancellationToken cancellationToken)
    {
        var users = await PendingAsync(cancellationToken);
        var repaired = 0;
        foreach (var user in users)
        {
            if (records.Repair(user, await EntriesAsync(user, cancellationToken)))
                repaired++;
        }

        await AdvanceAsync(isStopping: false, cancellationToken);
        return repaired;
    }

    /// <summary>Users whose records a start looks at.</summary>
    public async Task<IReadOnlyCollection<string>> PendingAsync(CancellationToken cancellationToken)
    {
        var since = ReadMark();
        return (await database.ReadAsync(
            session => session.QueryAsync<string>(
                "SELECT DISTINCT user_id FROM operation WHERE node = @node AND updated_at >= @since AND kind IN ('install', 'uninstall', 'update', 'rollback', 'repair') AND state = 'succeeded'",
                new { node = options.NodeName, since }),
            cancellationToken)).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Moves the mark on. Records that could not be written hold it back.</summary>
    public async Task AdvanceAsync(bool isStopping, CancellationToken cancellationToken)
    {
        foreach (var user in records.Lagging)
            records.Repair(user, await EntriesAsync(user, cancellationToken));
        if (records.Lagging.Count > 0)
            return;

        var until = (time.GetUtcNow() - (isStopping ? TimeSpan.Zero : Margin)).ToUnixTimeMilliseconds();
        try
        {
            Directory.CreateDirectory(store.Paths.Cache);
            await Durable.ReplaceAsync(Mark, Encoding.ASCII.GetBytes(until.ToString(CultureInfo.InvariantCulture)), cancellationToken);
        }
        catch (Exception exception) when (StoreFaults.IsDisk(exception))
        {
            // An older mark only means more work at the next start.
        }
    }

    private long ReadMark()
    {
        try
        {
            return long.TryParse(File.ReadAllText(Mark), NumberStyles.None, CultureInfo.InvariantCulture, out var mark) ? mark : 0;
        }
        catch (Exception exception) when (StoreFaults.IsDisk(exception))
        {
            return 0;
        }
    }

    /// <summary>What a user's record should say, as far as the database knows it.</summary>
    public async Task<IReadOnlyDictionary<string, RecoveryEntry>> EntriesAsync(string userId, CancellationToken cancellationToken)
    {
        var (installed, installs) = await database.ReadAsync(
            async session => (
                await session.QueryAsync<InstalledAt>("SELECT plugin_slug, version, digest, created_at FROM plugin WHERE user_id = @userId", new { userId }),
                await session.QueryAsync<InstallEntry>(
                    "SELECT plugin_slug, data FROM operation WHERE user_id = @userId AND kind = 'install' AND state = 'succeeded' ORDER BY created_at",
                    new { userId })),
            cancellationToken);
        var newest = new Dictionary<string, OperationData>(StringComparer.Ordinal);
        foreach (var install in installs)
            newest[install.PluginSlug] = JsonSerializer.Deserialize(install.Data, LifecycleJson.Default.OperationData) ?? new OperationData();
        return installed.ToDictionary(
            row => row.PluginSlug,
            row => newest.GetValueOrDefault(row.PluginSlug) is { } data
                ? new RecoveryEntry(data.InstallationType ?? "registry", data.SourceUrl, data.InstalledBy ?? userId, DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt), row.Version, row.Digest)
                : new RecoveryEntry("registry", null, userId, DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt), row.Version, row.Digest),
            StringComparer.Ordinal);
    }

    private sealed record InstalledAt(string PluginSlug, string Version, string Digest, long CreatedAt);

    private sealed record InstallEntry(string PluginSlug, string Data);
}
