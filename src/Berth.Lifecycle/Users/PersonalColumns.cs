using Berth.Data.Sessions;

namespace Berth.Lifecycle.Users;

/// <summary>
/// Where users stand in the schema, read from the database itself, so that a table that is added later is not forgotten.
/// </summary>
/// <param name="Owned">Columns whose rows belong to the user and go with them: <c>user_id</c>, <c>from_user</c>, <c>to_user</c>.</param>
/// <param name="Authored">Columns that name who made a row that others use: <c>owner_id</c>, <c>…_by</c>. The row stays and gets another author.</param>
internal sealed record PersonalColumns(IReadOnlyList<SchemaColumn> Owned, IReadOnlyList<SchemaColumn> Authored)
{
    // The audit and decisions on trust are records of who decided; users has its own place, the journal of this is last.
    private static readonly string[] Records = ["audit", "trust_decision", "users", "user_removal"];
    private static readonly string[] OwnedNames = ["user_id", "from_user", "to_user"];

    public static async Task<PersonalColumns> ReadAsync(DbSession session)
    {
        var all = (await AllAsync(session)).Where(column => !Records.Contains(column.TableName, StringComparer.Ordinal)).ToList();
        return new PersonalColumns(
            [.. all.Where(column => OwnedNames.Contains(column.ColumnName, StringComparer.Ordinal))],
            [.. all.Where(column => column.ColumnName is "owner_id" || column.ColumnName.EndsWith("_by", StringComparison.Ordinal))]);
    }

    /// <summary>The columns of one table.</summary>
    public static async Task<IReadOnlyList<string>> OfTableAsync(DbSession session, string table) =>
        [.. (await AllAsync(session)).Where(column => string.Equals(column.TableName, table, StringComparison.Ordinal)).Select(column => column.ColumnName)];

    private static Task<IReadOnlyList<SchemaColumn>> AllAsync(DbSession session) => session.QueryAsync<SchemaColumn>(session.Kind == DatabaseKind.Sqlite
        ? "SELECT m.name AS table_name, p.name AS column_name FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table' ORDER BY m.name, p.cid"
        : """
          SELECT CAST(table_name AS TEXT) AS table_name, CAST(column_name AS TEXT) AS column_name FROM information_schema.columns
          WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position
          """);
}

/// <summary>A column of the schema.</summary>
internal sealed record SchemaColumn(string TableName, string ColumnName);
