using System.Globalization;
using System.Text;
using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations.Rows;
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

    /// <summary>Stands behind the time in a mark of a program that keeps all choices in the records; without it they are looked at once.</summary>
    private const string WithChoices = " all choices";

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
        var (since, hasChoices) = ReadMark();
        var users = (await database.ReadAsync(
            session => session.QueryAsync<string>(
                "SELECT DISTINCT user_id FROM operation WHERE node = @node AND updated_at >= @since AND kind IN ('install', 'uninstall', 'update', 'rollback', 'repair', 'pin', 'variant', 'enable', 'disable') AND state = 'succeeded'",
                new { node = options.NodeName, since }),
            cancellationToken)).ToHashSet(StringComparer.Ordinal);
        if (!hasChoices)
        {
            users.UnionWith(await database.ReadAsync(
                session => session.QueryAsync<string>(
                    "SELECT user_id FROM plugin WHERE enabled = 0 OR allows_variant = 0 OR pinned IS NOT NULL OR channel <> @stable UNION SELECT user_id FROM auto_update",
                    new { stable = InstalledPlugin.StableChannel }),
                cancellationToken));
        }

        return users;
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
            await Durable.ReplaceAsync(Mark, Encoding.ASCII.GetBytes(until.ToString(CultureInfo.InvariantCulture) + WithChoices), cancellationToken);
        }
        catch (Exception exception) when (StoreFaults.IsDisk(exception))
        {
            // An older mark only means more work at the next start.
        }
    }

    private (long Since, bool HasChoices) ReadMark()
    {
        try
        {
            var text = File.ReadAllText(Mark);
            // Behind the time, older programs said nothing, or of what they kept.
            var until = text.Split(' ')[0];
            return long.TryParse(until, NumberStyles.None, CultureInfo.InvariantCulture, out var mark) ? (mark, text[until.Length..] == WithChoices) : (0, false);
        }
        catch (Exception exception) when (StoreFaults.IsDisk(exception))
        {
            return (0, false);
        }
    }

    /// <summary>What a user's record should say, as far as the database knows it.</summary>
    public async Task<IReadOnlyDictionary<string, RecoveryEntry>> EntriesAsync(string userId, CancellationToken cancellationToken)
    {
        var (installed, installs) = await database.ReadAsync(
            async session => (
                await session.QueryAsync<InstalledAt>($"SELECT p.plugin_slug, p.version, p.digest, p.created_at, {PluginRows.Choices} FROM plugin p WHERE p.user_id = @userId", new { userId }),
                await session.QueryAsync<InstallEntry>(
                    "SELECT plugin_slug, data FROM operation WHERE user_id = @userId AND kind = 'install' AND state = 'succeeded' ORDER BY created_at",
                    new { userId })),
            cancellationToken);
        var newest = new Dictionary<string, OperationData>(StringComparer.Ordinal);
        foreach (var install in installs)
            newest[install.PluginSlug] = JsonSerializer.Deserialize(install.Data, LifecycleJson.Default.OperationData) ?? new OperationData();
        return installed.ToDictionary(
            row => row.PluginSlug,
            row =>
            {
                var data = newest.GetValueOrDefault(row.PluginSlug) ?? new OperationData();
                return new RecoveryEntry(
                    data.InstallationType ?? "registry", data.SourceUrl, data.InstalledBy ?? userId, DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt), row.Version, row.Digest)
                    .WithChoices(row.Enabled != 0, row.AllowsVariant != 0, row.Pinned, row.Channel, row.AutoUpdate != 0);
            },
            StringComparer.Ordinal);
    }

    private sealed record InstalledAt(string PluginSlug, string Version, string Digest, long CreatedAt, long Enabled, long AllowsVariant, string? Pinned, string Channel, long AutoUpdate);

    private sealed record InstallEntry(string PluginSlug, string Data);
}
