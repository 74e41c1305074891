using Berth.Data.Sessions;

namespace Berth.Lifecycle.Cleanup;

/// <summary>Which package blobs the database refers to, found through its own description: a table that comes later counts by itself.</summary>
internal static class DigestReferences
{
    // Installations are asked last and only for what nothing else names: their table is the large one, without an index by digest.
    private const string LargeTable = "plugin";

    /// <summary>Those of the digests that some row names.</summary>
    public static Task<HashSet<string>> AmongAsync(IDatabase database, IReadOnlyList<string> digests, CancellationToken cancellationToken) => database.ReadAsync(
        async session =>
        {
            var found = new HashSet<string>(StringComparer.Ordinal);
            foreach (var (table, column) in await ColumnsAsync(session))
            {
                var open = digests.Where(digest => !found.Contains(digest)).ToList();
                if (open.Count == 0)
                    break;

                // Names come from the database's own catalogue, never from outside.
                found.UnionWith(await session.QueryAsync<string>($"SELECT DISTINCT {column} FROM {table} WHERE {column} IN @open", new { open }));
            }

            return found;
        },
        cancellationToken);

    private static async Task<IReadOnlyList<(string Table, string Column)>> ColumnsAsync(DbSession session)
    {
        var columns = session.Kind == DatabaseKind.Sqlite
            ? await session.QueryAsync<ColumnRow>(
                """
                SELECT m.name AS table_name, c.name AS column_name FROM sqlite_master m, pragma_table_info(m.name) c
                WHERE m.type = 'table' AND c.name LIKE '%digest'
                """)
            : await session.QueryAsync<ColumnRow>(
                """
                SELECT CAST(table_name AS text) AS table_name, CAST(column_name AS text) AS column_name FROM information_schema.columns
                WHERE table_schema = current_schema() AND column_name LIKE '%digest'
                """);
        return [.. columns.Select(row => (row.TableName, row.ColumnName))
            .OrderBy(column => column.TableName == LargeTable).ThenBy(column => column.TableName, StringComparer.Ordinal)];
    }

    private sealed record ColumnRow(string TableName, string ColumnName);
}
