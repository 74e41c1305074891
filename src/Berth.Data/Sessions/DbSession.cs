using System.Data.Common;
using Dapper;

namespace Berth.Data.Sessions;

/// <summary>One open connection within a read or a transaction. Valid only inside the work it was handed to.</summary>
public sealed class DbSession(DatabaseKind kind, DbConnection connection, DbTransaction? transaction, CancellationToken cancellationToken)
{
    /// <summary>Which dialect is spoken.</summary>
    public DatabaseKind Kind => kind;

    /// <summary>Runs a statement. Returns the number of rows it changed.</summary>
    /// <param name="sql">One statement; parameters are written <c>@name</c>.</param>
    /// <param name="parameters">An object whose properties are the parameters.</param>
    public Task<int> ExecuteAsync(string sql, object? parameters = null) => connection.ExecuteAsync(Command(sql, parameters));

    /// <summary>All rows. Columns map to properties by name, underscores ignored; integers are 64 bit.</summary>
    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters = null) =>
        (await connection.QueryAsync<T>(Command(sql, parameters))).AsList();

    /// <summary>The first row or the default value.</summary>
    public Task<T?> FirstOrDefaultAsync<T>(string sql, object? parameters = null) =>
        connection.QueryFirstOrDefaultAsync<T>(Command(sql, parameters));

    /// <summary>The first column of the first row, or the default value.</summary>
    public Task<T?> ScalarAsync<T>(string sql, object? parameters = null) =>
        connection.ExecuteScalarAsync<T>(Command(sql, parameters));

    private CommandDefinition Command(string sql, object? parameters) =>
        new(sql, parameters, transaction, cancellationToken: cancellationToken);
}
