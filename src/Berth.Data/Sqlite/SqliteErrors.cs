using Berth.Data.Sessions;
using Microsoft.Data.Sqlite;

namespace Berth.Data.Sqlite;

/// <summary>SQLite's result codes (https://www.sqlite.org/rescode.html) in the words of <see cref="IDatabase"/>.</summary>
internal static class SqliteErrors
{
    private const int Busy = 5, Locked = 6, ReadOnly = 8, IoError = 10, Corrupt = 11, Full = 13, CantOpen = 14, Constraint = 19, NotADatabase = 26;
    private const int ConstraintPrimaryKey = 1555, ConstraintUnique = 2067, ConstraintRowId = 2579;
    private const int NoSpace = 28;

    public static Exception? Translate(SqliteException exception) => exception.SqliteErrorCode switch
    {
        Busy or Locked => DatabaseErrors.Unavailable(DatabaseTrouble.Locked, exception),
        Full => DatabaseErrors.Unavailable(DatabaseTrouble.Full, exception),
        IoError => DatabaseErrors.Unavailable(LastErrorIsNoSpace ? DatabaseTrouble.Full : DatabaseTrouble.Unreachable, exception),
        ReadOnly or CantOpen => DatabaseErrors.Unavailable(DatabaseTrouble.ReadOnly, exception),
        Corrupt or NotADatabase => new DatabaseUnavailableException(
            DatabaseTrouble.Unreachable, "The database file is damaged or is no database. Restore it from a backup.", exception),
        Constraint => DatabaseErrors.Constraint(
            exception.SqliteExtendedErrorCode is ConstraintPrimaryKey or ConstraintUnique or ConstraintRowId, exception),
        _ => null,
    };

    // An I/O error tells only "write failed"; the system call's own error is still on this thread, because SQLite runs on it.
    private static bool LastErrorIsNoSpace => System.Runtime.InteropServices.Marshal.GetLastSystemError() == NoSpace;
}
