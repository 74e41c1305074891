using Berth.Data.Sessions;
using Npgsql;

namespace Berth.Data.PostgreSql;

/// <summary>SQLSTATE codes (PostgreSQL manual, appendix A) in the words of <see cref="IDatabase"/>.</summary>
internal static class PostgreSqlErrors
{
    public static Exception? Translate(NpgsqlException exception) => exception switch
    {
        PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } => DatabaseErrors.Constraint(isUnique: true, exception),
        PostgresException { SqlState: ['2', '3', ..] } => DatabaseErrors.Constraint(isUnique: false, exception),
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } => DatabaseErrors.Unavailable(DatabaseTrouble.Full, exception),
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } => DatabaseErrors.Unavailable(DatabaseTrouble.ReadOnly, exception),
        PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable } => DatabaseErrors.Unavailable(DatabaseTrouble.Locked, exception),
        PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected } =>
            DatabaseErrors.Unavailable(DatabaseTrouble.Locked, exception),
        // Connection failures, too few resources, operator's intervention, refused sign-in, missing database.
        PostgresException { SqlState: ['0', '8', ..] or ['5', '3', ..] or ['5', '7', ..] or ['2', '8', ..] or ['3', 'D', ..] } =>
            DatabaseErrors.Unavailable(DatabaseTrouble.Unreachable, exception),
        PostgresException => null,
        _ => DatabaseErrors.Unavailable(DatabaseTrouble.Unreachable, exception),
    };

    /// <summary>Whether running the same transaction again may succeed.</summary>
    public static bool IsWorthRetrying(Exception exception) => exception is DatabaseUnavailableException
    {
        InnerException: PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected },
    };
}
