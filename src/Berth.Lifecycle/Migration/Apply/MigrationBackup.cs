using Berth.Data.Sessions;
using Berth.Data.Sqlite;

namespace Berth.Lifecycle.Migration.Apply;

/// <summary>
/// The backup before a run: <c>berth.db</c>, a whole copy of Berth's database; <c>old/…</c>, the old system's database
/// file; <c>shared-store.txt</c>, the versions that the shared store had. Files of the store and of the old system need no copy:
/// a run adds to the one and does not touch the other.
/// </summary>
internal static class MigrationBackup
{
    public static async Task<MigrationOutcome.Refused?> WriteAsync(
        MigrationParts parts, string dataDirectory, string oldDatabase, string target, CancellationToken cancellationToken)
    {
        if (parts.Database.Kind != DatabaseKind.Sqlite)
        {
            return new MigrationOutcome.Refused(
                "migration.backup_postgresql", "A backup of PostgreSQL is made with its own tool: pg_dump --format=custom --file=berth.dump …, then migrate without --backup.");
        }

        if (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any())
            return new MigrationOutcome.Refused("migration.backup_exists", "The folder for the backup is not empty. Name a new one.");

        var old = Path.Combine(target, "old");
        Directory.CreateDirectory(old);
        await Task.Run(() => SqliteBackup.Copy(dataDirectory, Path.Combine(target, Databases.FileName)), cancellationToken);
        foreach (var file in new[] { oldDatabase, oldDatabase + "-wal" }.Where(File.Exists))
            File.Copy(file, Path.Combine(old, Path.GetFileName(file)));
        await File.WriteAllLinesAsync(Path.Combine(target, "shared-store.txt"), parts.Store.Ids().Select(id => $"{id.Slug} {id.Version}").Order(StringComparer.Ordinal), cancellationToken);
        return null;
    }
}
