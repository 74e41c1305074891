using System.Runtime.CompilerServices;
using Berth.Data.Sessions;

namespace Berth.Lifecycle.Doctor;

/// <summary>Asks SQLite whether its file is whole and its foreign keys hold. PostgreSQL sees to both by itself.</summary>
internal sealed class DatabaseCheck(IDatabase database) : IDoctorCheck
{
    public string Name => "database";

    public async IAsyncEnumerable<Ailment> RunAsync(DoctorScope scope, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (database.Kind != DatabaseKind.Sqlite)
            yield break;

        var faults = await database.ReadAsync(session => session.QueryAsync<string>("SELECT integrity_check FROM pragma_integrity_check(20)"), cancellationToken);
        scope.Done++;
        if (faults is not ["ok"])
        {
            yield return new Ailment(new Finding(
                "doctor.database_corrupt", FindingSeverity.Error, Databases.FileName,
                $"SQLite finds its file damaged: {string.Join("; ", faults.Take(3))}.",
                "Restore a backup. Without one, move the file away and run the doctor with --rebuild."));
        }

        var orphans = await database.ReadAsync(
            session => session.QueryAsync<OrphanRow>("SELECT \"table\" AS table_name, \"rowid\" AS number, parent FROM pragma_foreign_key_check"), cancellationToken);
        scope.Done++;
        foreach (var group in orphans.GroupBy(row => (row.TableName, row.Parent)))
        {
            yield return new Ailment(
                new Finding(
                    "doctor.row_orphaned", FindingSeverity.Error, group.Key.TableName,
                    $"{group.Count()} rows refer to rows of {group.Key.Parent} that are not there.", "Delete these rows; nothing can reach them."),
                cancellation => DeleteAsync([.. group], cancellation));
        }
    }

    private async Task<string?> DeleteAsync(IReadOnlyList<OrphanRow> rows, CancellationToken cancellationToken)
    {
        await database.WriteAsync(
            async session =>
            {
                // Names come from the database itself.
                foreach (var row in rows)
                    await session.ExecuteAsync($"DELETE FROM \"{row.TableName}\" WHERE rowid = @Number", new { row.Number });
                return true;
            },
            cancellationToken);
        return $"Deleted {rows.Count} rows.";
    }

    private sealed record OrphanRow(string TableName, long Number, string Parent);
}
