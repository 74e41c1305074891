using System.Data.Common;
using System.Globalization;
using Dapper;

namespace Berth.Data.Sessions;

/// <summary>One open connection within a read or a transaction. Valid only inside the work it was handed to.</summary>
/// <remarks>
/// Parameters are objects whose properties are strings, numbers, <see cref="bool"/> (0 or 1), byte arrays or
/// <see langword="null"/>; a list of them is written <c>IN @names</c>. Rows are scalars, positional records or classes.
/// Statements throw <see cref="DatabaseConstraintException"/> and <see cref="DatabaseUnavailableException"/>; a work must
/// let them pass, because a transaction is not usable after them on every dialect.
/// </remarks>
public sealed class DbSession
{
    private readonly StatementSource _statements;
    private readonly CancellationToken _cancellationToken;

    internal DbSession(DatabaseKind kind, StatementSource statements, CancellationToken cancellationToken)
    {
        Kind = kind;
        _statements = statements;
        _cancellationToken = cancellationToken;
    }

    /// <summary>Which dialect is spoken.</summary>
    public DatabaseKind Kind { get; }

    /// <summary>Runs a statement. Returns the number of rows it changed.</summary>
    /// <param name="sql">One statement; parameters are written <c>@name</c>.</param>
    /// <param name="parameters">An object whose properties are the parameters.</param>
    public async Task<int> ExecuteAsync(string sql, object? parameters = null)
    {
        try
        {
            using var statement = _statements.Open(sql, parameters);
            return await statement.Command.ExecuteNonQueryAsync(_cancellationToken);
        }
        catch (DbException exception) when (DatabaseErrors.IsKnown(exception))
        {
            throw DatabaseErrors.Translate(exception);
        }
    }

    /// <summary>All rows. Columns map to properties by name, underscores ignored; integers are 64 bit.</summary>
    public Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters = null) => QueryAsync<T>(sql, parameters, int.MaxValue);

    /// <summary>Rows one after another, none kept: for what may be many.</summary>
    /// <param name="take">Is told each row.</param>
    public async Task EachAsync<T>(string sql, object? parameters, Action<T> take)
    {
        ArgumentNullException.ThrowIfNull(take);
        await ReadAsync(sql, parameters, int.MaxValue, take);
    }

    /// <summary>The first row or the default value.</summary>
    public async Task<T?> FirstOrDefaultAsync<T>(string sql, object? parameters = null)
    {
        var rows = await QueryAsync<T>(sql, parameters, 1);
        return rows.Count == 0 ? default : rows[0];
    }

    /// <summary>The first column of the first row, or the default value.</summary>
    public Task<T?> ScalarAsync<T>(string sql, object? parameters = null) => FirstOrDefaultAsync<T>(sql, parameters);

    // A NULL scalar comes as null, which a value type takes as its default. The databases have their own sizes for a literal 1.
    private static T As<T>(object? value) => value switch
    {
        T row => row,
        null => default!,
        _ => (T)Convert.ChangeType(value, Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T), CultureInfo.InvariantCulture),
    };

    private async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters, int limit)
    {
        List<T>? rows = null;
        await ReadAsync<T>(sql, parameters, limit, row => (rows ??= []).Add(row));
        return rows is null ? [] : rows;
    }

    private async Task ReadAsync<T>(string sql, object? parameters, int limit, Action<T> take)
    {
        RowMap.Prepare<T>();
        try
        {
            using var statement = _statements.Open(sql, parameters);
            await using var reader = await statement.Command.ExecuteReaderAsync(_cancellationToken);
            if (!await reader.ReadAsync(_cancellationToken))
                return;

            var parse = reader.GetRowParser(typeof(T));
            var count = 0;
            do
            {
                take(As<T>(parse(reader)));
            }
            while (++count < limit && await reader.ReadAsync(_cancellationToken));
        }
        catch (DbException exception) when (DatabaseErrors.IsKnown(exception))
        {
            throw DatabaseErrors.Translate(exception);
        }
    }
}
