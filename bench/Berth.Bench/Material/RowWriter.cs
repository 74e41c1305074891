using Microsoft.Data.Sqlite;

namespace Berth.Bench.Material;

/// <summary>Writes the rows of an installation with prepared statements on one connection.</summary>
internal sealed class RowWriter : IDisposable
{
    private readonly string _templateUser;
    private readonly string _templateOperation;
    private readonly IReadOnlyList<RowTemplate> _rows;
    private readonly List<SqliteCommand> _commands;

    public RowWriter(SqliteConnection connection, IReadOnlyList<RowTemplate> rows, string templateUser)
    {
        _rows = rows;
        _templateUser = templateUser;
        var operation = rows.Single(row => row.Table == "operation");
        _templateOperation = (string)operation.Values[operation.Columns.ToList().IndexOf("id")];
        var byTable = new Dictionary<string, SqliteCommand>(StringComparer.Ordinal);
        _commands = [.. rows.Select(row => byTable.TryGetValue(row.Table, out var known) ? known : byTable[row.Table] = Command(connection, row))];
    }

    /// <summary>The values for another user, made before the clock runs.</summary>
    public object[][] Prepare(string userId)
    {
        var operation = Guid.CreateVersion7().ToString("n");
        return [.. _rows.Select(row => row.For(_templateUser, userId, _templateOperation, operation))];
    }

    /// <summary>Inserts the rows. The transaction is the caller's.</summary>
    public void Write(object[][] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var command = _commands[i];
            for (var j = 0; j < values[i].Length; j++)
                command.Parameters[j].Value = values[i][j];
            command.ExecuteNonQuery();
        }
    }

    public void Dispose()
    {
        foreach (var command in _commands.Distinct())
            command.Dispose();
    }

    private static SqliteCommand Command(SqliteConnection connection, RowTemplate row)
    {
        var command = connection.CreateCommand();
        command.CommandText = row.Insert;
        foreach (var column in row.Columns)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = "@" + column;
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
