using Berth.Data.PostgreSql;
using Berth.Data.Sqlite;

namespace Berth.Data.Sessions;

/// <summary>Opens databases.</summary>
public static class Databases
{
    /// <summary>The file name of the embedded database.</summary>
    public const string FileName = "berth.db";

    /// <summary>
    /// Opens the database and brings its schema up to date. <paramref name="connection"/> is <c>sqlite</c> (a file
    /// <c>berth.db</c> in <paramref name="dataDirectory"/>) or a PostgreSQL connection string (<c>Host=…;Database=…</c>).
    /// </summary>
    /// <exception cref="ArgumentException"><paramref name="connection"/> is neither.</exception>
    /// <exception cref="DatabaseUnavailableException">It cannot be opened, or its schema is newer than this program.</exception>
    public static Task<IDatabase> OpenAsync(string connection, string dataDirectory, CancellationToken cancellationToken = default) =>
        OpenAsync(connection, dataDirectory, DatabaseOptions.Default, cancellationToken);

    /// <inheritdoc cref="OpenAsync(string, string, CancellationToken)" />
    public static Task<IDatabase> OpenAsync(string connection, string dataDirectory, DatabaseOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connection);
        ArgumentException.ThrowIfNullOrWhiteSpace(dataDirectory);
        ArgumentNullException.ThrowIfNull(options);
        if (!string.Equals(connection, "sqlite", StringComparison.OrdinalIgnoreCase))
            return PostgreSqlDatabase.OpenAsync(connection, options, cancellationToken);

        CreateDirectory(dataDirectory);
        return SqliteDatabase.OpenAsync(Path.Combine(dataDirectory, FileName), options, cancellationToken);
    }

    private static void CreateDirectory(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw DatabaseErrors.Unavailable(DatabaseTrouble.ReadOnly, exception);
        }
    }
}
