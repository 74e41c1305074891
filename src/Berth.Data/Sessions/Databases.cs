namespace Berth.Data.Sessions;

/// <summary>Opens databases.</summary>
public static class Databases
{
    /// <summary>
    /// Opens the database and brings its schema up to date. <paramref name="connection"/> is <c>sqlite</c> (a file
    /// <c>berth.db</c> in <paramref name="dataDirectory"/>) or a PostgreSQL connection string (<c>Host=…;Database=…</c>).
    /// </summary>
    /// <exception cref="DatabaseUnavailableException">It cannot be opened, or its schema is newer than this program.</exception>
    public static Task<IDatabase> OpenAsync(string connection, string dataDirectory, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();
}
