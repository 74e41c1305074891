using System.Data;
using System.Net.Sockets;
using Berth.Data.Migrations;
using Berth.Data.Sessions;
using Npgsql;

namespace Berth.Data.PostgreSql;

/// <summary>PostgreSQL behind a connection pool: for many nodes.</summary>
internal sealed class PostgreSqlDatabase : IDatabase
{
    private const int MostAttempts = 5;
    private readonly NpgsqlDataSource _source;

    private PostgreSqlDatabase(NpgsqlDataSource source) => _source = source;

    public DatabaseKind Kind => DatabaseKind.PostgreSql;

    public static async Task<IDatabase> OpenAsync(string connection, DatabaseOptions options, CancellationToken cancellationToken)
    {
        var database = new PostgreSqlDatabase(NpgsqlDataSource.Create(Configure(connection, options)));
        try
        {
            await Migration.RunAsync(database, cancellationToken);
            return database;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    public Task<T> ReadAsync<T>(Func<DbSession, Task<T>> work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        return RunAsync(IsolationLevel.RepeatableRead, readOnly: true, work, cancellationToken);
    }

    public Task<T> WriteAsync<T>(Func<DbSession, Task<T>> work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        return RunAsync(IsolationLevel.ReadCommitted, readOnly: false, work, cancellationToken);
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private static string Configure(string connection, DatabaseOptions options)
    {
        if (Parse(connection) is not { Host.Length: > 0, Database.Length: > 0 } settings)
        {
            // The text may hold a password, so it is not repeated, and neither is the driver's message.
            throw new ArgumentException(
                "The database setting is neither 'sqlite' nor a PostgreSQL connection string such as 'Host=db;Database=berth;Username=berth;Password=…'.",
                nameof(connection));
        }

        if (settings.MaxAutoPrepare == 0)
            settings.MaxAutoPrepare = 128;
        settings.ApplicationName ??= "berth";
        settings.Options ??= $"-c lock_timeout={(long)options.BusyTimeout.TotalMilliseconds}";
        return settings.ToString();
    }

    private static NpgsqlConnectionStringBuilder? Parse(string connection)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(connection);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or KeyNotFoundException)
        {
            return null;
        }
    }

    private async Task<T> RunAsync<T>(IsolationLevel isolation, bool readOnly, Func<DbSession, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await RunOnceAsync(isolation, readOnly, work, cancellationToken);
            }
            catch (DatabaseUnavailableException exception) when (attempt < MostAttempts && PostgreSqlErrors.IsWorthRetrying(exception))
            {
                // Two transactions met. A random pause keeps them from meeting again.
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(5, 20 * attempt)), cancellationToken);
            }
        }
    }

    private async Task<T> RunOnceAsync<T>(IsolationLevel isolation, bool readOnly, Func<DbSession, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await _source.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(isolation, cancellationToken);
            using var statements = new StatementSource(connection, keep: false);
            var session = new DbSession(Kind, statements, cancellationToken);
            if (readOnly)
                await session.ExecuteAsync("SET TRANSACTION READ ONLY");
            var result = await work(session);
            // Not cancellable: a commit that was sent may have happened, and "cancelled" must mean "nothing of it".
            await transaction.CommitAsync(CancellationToken.None);
            return result;
        }
        catch (NpgsqlException exception) when (DatabaseErrors.IsKnown(exception))
        {
            throw DatabaseErrors.Translate(exception);
        }
        catch (Exception exception) when (exception is SocketException or TimeoutException)
        {
            throw DatabaseErrors.Unavailable(DatabaseTrouble.Unreachable, exception);
        }
    }
}
