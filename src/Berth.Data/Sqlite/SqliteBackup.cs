using Berth.Data.Sessions;

namespace Berth.Data.Sqlite;

/// <summary>Copies the embedded database while it is in use.</summary>
public static class SqliteBackup
{
    /// <summary>
    /// Writes a whole, consistent copy (<c>VACUUM INTO</c>). Before: <paramref name="target"/> is not there. After: it is a
    /// database that opens by itself. After a failure: the database is as it was; an unfinished target may be left.
    /// </summary>
    /// <exception cref="DatabaseUnavailableException">The database cannot be read, or the target cannot be written.</exception>
    public static void Copy(string dataDirectory, string target)
    {
        ArgumentException.ThrowIfNullOrEmpty(dataDirectory);
        ArgumentException.ThrowIfNullOrEmpty(target);
        SqliteLibrary.Use();
        using var session = SqliteSession.Open(Path.Combine(dataDirectory, Databases.FileName), TimeSpan.FromSeconds(30), forWriting: true);
        session.Execute($"VACUUM INTO '{target.Replace("'", "''", StringComparison.Ordinal)}'");
    }
}
