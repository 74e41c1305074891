using System.Data.Common;

namespace Berth.Data.Sessions;

/// <summary>
/// The commands of one connection. On SQLite they are kept, because a kept command keeps its compiled statement;
/// Npgsql keeps prepared statements by itself.
/// </summary>
internal sealed class StatementSource(DbConnection connection, bool keep) : IDisposable
{
    private const int MostKept = 256;
    private readonly Dictionary<(string Sql, Type? Parameters), DbCommand> _kept = [];

    /// <summary>A command with its parameters set, to be disposed after its rows were read.</summary>
    public Statement Open(string sql, object? parameters)
    {
        var type = parameters?.GetType();
        if (keep && _kept.TryGetValue((sql, type), out var kept))
        {
            if (parameters is not null)
                StatementParameters.Of(type!).Set(kept, parameters);
            return new Statement(kept, isKept: true);
        }

        var shape = type is null ? null : StatementParameters.Of(type);
        var command = connection.CreateCommand();
        command.CommandText = sql;
        shape?.Add(command, parameters!);
        if (!keep || shape is { HasLists: true })
            return new Statement(command, isKept: false);

        if (_kept.Count >= MostKept)
            Dispose();
        _kept.Add((sql, type), command);
        return new Statement(command, isKept: true);
    }

    public void Dispose()
    {
        foreach (var command in _kept.Values)
            command.Dispose();
        _kept.Clear();
    }
}

/// <summary>A command in use.</summary>
internal readonly struct Statement(DbCommand command, bool isKept) : IDisposable
{
    public DbCommand Command => command;

    public void Dispose()
    {
        if (!isKept)
            command.Dispose();
    }
}
