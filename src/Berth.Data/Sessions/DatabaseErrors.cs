using System.Data.Common;
using Berth.Data.PostgreSql;
using Berth.Data.Sqlite;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Berth.Data.Sessions;

/// <summary>Turns a driver's exception into one that callers understand. Its message never carries SQL text or a path.</summary>
internal static class DatabaseErrors
{
    /// <summary>Whether the exception is about the state of the database; otherwise it is a programming error.</summary>
    public static bool IsKnown(DbException exception) => Find(exception) is not null;

    /// <summary>The exception to throw instead.</summary>
    public static Exception Translate(DbException exception) => Find(exception) ?? Unavailable(DatabaseTrouble.Unreachable, exception);

    public static DatabaseUnavailableException Unavailable(DatabaseTrouble trouble, Exception inner) => new(trouble, Message(trouble), inner);

    public static DatabaseConstraintException Constraint(bool isUnique, Exception inner) =>
        new(isUnique, isUnique ? "A row with the same key exists already." : "A row that this one needs is missing, or another rule of the table refused it.", inner);

    private static string Message(DatabaseTrouble trouble) => trouble switch
    {
        DatabaseTrouble.Locked => "The database is locked by another process. Try again in a few seconds.",
        DatabaseTrouble.Full => "The disk of the database is full. Free some space, then try again.",
        DatabaseTrouble.ReadOnly => "The database cannot be written. Check the permissions of the data directory.",
        DatabaseTrouble.Schema => "The schema of the database does not fit this program.",
        _ => "The database cannot be reached. Try again in a few seconds.",
    };

    private static Exception? Find(DbException exception) => exception switch
    {
        SqliteException sqlite => SqliteErrors.Translate(sqlite),
        NpgsqlException postgres => PostgreSqlErrors.Translate(postgres),
        _ => null,
    };
}
