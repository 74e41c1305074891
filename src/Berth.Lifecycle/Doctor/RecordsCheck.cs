using System.Runtime.CompilerServices;
using Berth.Data.Sessions;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.Operations.Rows;

namespace Berth.Lifecycle.Doctor;

/// <summary>Compares each user's recovery record with the user's installations.</summary>
internal sealed class RecordsCheck(IDatabase database, RecoveryRecords records, RecordRepair repair, OperationParts parts) : IDoctorCheck
{
    private const int PageSize = 500;

    public string Name => "records";

    public async IAsyncEnumerable<Ailment> RunAsync(DoctorScope scope, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Records of operations that ended a moment before a kill are written by the next start.
        var pending = scope.Request.IsAlone ? await repair.PendingAsync(cancellationToken) : [];
        for (var after = ""; ;)
        {
            var users = await database.ReadAsync(
                session => session.QueryAsync<string>("SELECT id FROM users WHERE id > @after ORDER BY id LIMIT @limit", new { after, limit = PageSize }), cancellationToken);
            if (users.Count == 0)
                yield break;
            var installed = (await database.ReadAsync(session => InstalledAsync(session, users), cancellationToken)).ToLookup(row => row.UserId, StringComparer.Ordinal);
            foreach (var user in users)
            {
                scope.Done++;
                if (Differs(user, [.. installed[user]]) is not null && await StillAsync(scope, user, cancellationToken) is { } finding)
                    yield return new Ailment(pending.Contains(user) ? finding with { Severity = FindingSeverity.Note } : finding, cancellation => FixAsync(user, cancellation));
            }

            after = users[^1];
        }
    }

    private async Task<Finding?> StillAsync(DoctorScope scope, string user, CancellationToken cancellationToken)
    {
        Finding? finding = null;
        await scope.PersistsAsync(
            async () =>
            {
                using var gate = await parts.UserGate.EnterAsync(user, cancellationToken);
                var rows = await database.ReadAsync(session => InstalledAsync(session, [user]), cancellationToken);
                return (finding = Differs(user, rows)) is not null;
            },
            cancellationToken);
        return finding;
    }

    private Finding? Differs(string user, IReadOnlyList<InstalledRow> rows)
    {
        if (!Store.StorePaths.IsUserId(user))
            return null; // a user of another system without a folder here
        if (records.Find(user) is not { } record)
        {
            return new Finding(
                "doctor.record_unreadable", FindingSeverity.Warning, user,
                "The user's recovery record cannot be read.", "Write it again from the database.");
        }

        var wrong = rows.Where(row => !record.TryGetValue(row.PluginSlug, out var entry) || entry != row.In(entry))
            .Select(row => row.PluginSlug).Concat(record.Keys.Except(rows.Select(row => row.PluginSlug), StringComparer.Ordinal)).Order(StringComparer.Ordinal).ToList();
        return wrong.Count == 0 ? null : new Finding(
            "doctor.record_differs", FindingSeverity.Warning, user,
            $"The user's recovery record differs from the database: {string.Join(", ", wrong)}.", "Write it again from the database.");
    }

    private async Task<string?> FixAsync(string user, CancellationToken cancellationToken)
    {
        using var gate = await parts.UserGate.EnterAsync(user, cancellationToken);
        records.Repair(user, await repair.EntriesAsync(user, cancellationToken));
        var rows = await database.ReadAsync(session => InstalledAsync(session, [user]), cancellationToken);
        return Differs(user, rows) is null ? "Wrote the record again." : null;
    }

    private static Task<IReadOnlyList<InstalledRow>> InstalledAsync(DbSession session, IReadOnlyList<string> users) => session.QueryAsync<InstalledRow>(
        $"SELECT p.user_id, p.plugin_slug, p.version, p.digest, {PluginRows.Choices} FROM plugin p WHERE p.user_id IN @users", new { users });

    private sealed record InstalledRow(
        string UserId, string PluginSlug, string Version, string Digest, long Enabled, long AllowsVariant, string? Pinned, string Channel, long AutoUpdate)
    {
        /// <summary>The entry as it should be.</summary>
        public RecoveryEntry In(RecoveryEntry entry) => (entry with { Version = Version, Digest = Digest }).WithChoices(Enabled != 0, AllowsVariant != 0, Pinned, Channel, AutoUpdate != 0);
    }
}
