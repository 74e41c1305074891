using Berth.Data.Sessions;
using Berth.Data.Tests.PostgreSql;

namespace Berth.Data.Tests.Migrations;

/// <summary>Both dialects hold the same tables, columns and indexes, so that a caller writes SQL once.</summary>
public sealed class SchemaTests
{
    // The index of words is each database's own; nobody but the search touches it.
    private static bool IsShared(string table) => !table.StartsWith("package_search", StringComparison.Ordinal) && !table.StartsWith("sqlite_", StringComparison.Ordinal);

    [Fact]
    public async Task Both_dialects_have_the_same_tables_columns_and_indexes()
    {
        using var folder = new TestFolder();
        await using var sqlite = await Databases.OpenAsync("sqlite", folder.Path);
        var connection = await PostgresServer.CreateDatabaseAsync();
        try
        {
            await using var postgres = await Databases.OpenAsync(connection, folder.Path);

            var inSqlite = await SqliteColumnsAsync(sqlite);
            inSqlite.Count.ShouldBeGreaterThan(100);
            (await PostgreSqlColumnsAsync(postgres)).ShouldBe(inSqlite);
            var indexesInSqlite = await sqlite.ReadAsync(s => s.QueryAsync<string>(
                "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name"));
            var indexesInPostgres = await postgres.ReadAsync(s => s.QueryAsync<string>(
                "SELECT i.relname::text FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_namespace n ON n.oid = i.relnamespace WHERE n.nspname = 'public' AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.oid) ORDER BY 1"));
            indexesInPostgres.Where(IsShared).Order(StringComparer.Ordinal).ShouldBe(indexesInSqlite.Where(IsShared).Order(StringComparer.Ordinal));
        }
        finally
        {
            await PostgresServer.DropDatabaseAsync(connection);
        }
    }

    private static async Task<IReadOnlyList<string>> SqliteColumnsAsync(IDatabase database)
    {
        var rows = await database.ReadAsync(s => s.QueryAsync<Column>(
            """
            SELECT t.name AS table_name, c.name AS column_name, c.type AS type, c."notnull" AS required
            FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table'
            """));
        return Describe(rows.Select(r => r with { Type = r.Type switch { "INTEGER" => "BIGINT", "BLOB" => "BYTEA", var type => type } }));
    }

    private static async Task<IReadOnlyList<string>> PostgreSqlColumnsAsync(IDatabase database)
    {
        var rows = await database.ReadAsync(s => s.QueryAsync<Column>(
            """
            SELECT table_name::text, column_name::text, upper(data_type) AS type, CASE is_nullable WHEN 'NO' THEN 1 ELSE 0 END AS required
            FROM information_schema.columns WHERE table_schema = 'public'
            """));
        return Describe(rows);
    }

    private static IReadOnlyList<string> Describe(IEnumerable<Column> columns) =>
        [.. columns.Where(c => IsShared(c.TableName)).Select(c => $"{c.TableName}.{c.ColumnName} {c.Type} {(c.Required ? "NOT NULL" : "NULL")}").Order(StringComparer.Ordinal)];

    private sealed record Column(string TableName, string ColumnName, string Type, bool Required);
}
