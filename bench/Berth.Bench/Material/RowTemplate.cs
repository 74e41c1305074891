using Microsoft.Data.Sqlite;

namespace Berth.Bench.Material;

/// <summary>One row that an operation wrote: its table, its columns, its values.</summary>
internal sealed record RowTemplate(string Table, IReadOnlyList<string> Columns, object[] Values)
{
    private static readonly string[] Tables = ["user_data_generation", "user_data", "operation", "plugin", "module", "audit", "outbox"];

    public string Insert => $"INSERT INTO {Table} ({string.Join(", ", Columns)}) VALUES ({string.Join(", ", Columns.Select(column => "@" + column))})";

    /// <summary>
    /// Everything that an installation left in the database, in an order that foreign keys permit. Read from a real one,
    /// so that the peer writes what Berth writes, whatever that is in this version.
    /// </summary>
    public static IReadOnlyList<RowTemplate> OfInstallation(SqliteConnection connection, string userId)
    {
        var rows = new List<RowTemplate>();
        foreach (var table in Tables)
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"SELECT * FROM {table} WHERE user_id = @user";
            command.Parameters.AddWithValue("@user", userId);
            using var reader = command.ExecuteReader();
            // The database numbers these itself.
            var columns = Enumerable.Range(0, reader.FieldCount).Where(i => reader.GetName(i) != "seq").ToList();
            while (reader.Read())
                rows.Add(new RowTemplate(table, columns.ConvertAll(reader.GetName), [.. columns.Select(reader.GetValue)]));
        }

        return rows.Exists(row => row.Table == "plugin") && rows.Exists(row => row.Table == "operation")
            ? rows
            : throw new InvalidOperationException($"User {userId} has no installation in the database.");
    }

    /// <summary>The values for another user and another operation.</summary>
    public object[] For(string from, string to, string fromOperation, string toOperation)
    {
        var values = new object[Values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Values[i] is string text
                ? text.Replace(from, to, StringComparison.Ordinal).Replace(fromOperation, toOperation, StringComparison.Ordinal)
                : Values[i];
        }

        return values;
    }
}
