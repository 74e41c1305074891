namespace Berth.Data.Sessions;

/// <summary>The database cannot serve now: unreachable, locked beyond the wait, full or read-only. Nothing was changed.</summary>
public sealed class DatabaseUnavailableException : Exception
{
    /// <summary>Creates the exception. The message names the state, never SQL text or a path.</summary>
    public DatabaseUnavailableException(DatabaseTrouble trouble, string message, Exception? inner = null)
        : base(message, inner) => Trouble = trouble;

    /// <summary>What is wrong.</summary>
    public DatabaseTrouble Trouble { get; }
}

/// <summary>Why a database cannot serve.</summary>
public enum DatabaseTrouble
{
    /// <summary>It cannot be reached.</summary>
    Unreachable,

    /// <summary>Another process held the lock for longer than the wait.</summary>
    Locked,

    /// <summary>The disk is full.</summary>
    Full,

    /// <summary>It can be read but not written.</summary>
    ReadOnly,

    /// <summary>Its schema was written by a newer program, or by other scripts than this program's.</summary>
    Schema,
}

/// <summary>A unique or foreign key refused a row. Nothing was changed.</summary>
public sealed class DatabaseConstraintException : Exception
{
    /// <summary>Creates the exception. The message names the kind of constraint, never SQL text.</summary>
    public DatabaseConstraintException(bool isUnique, string message, Exception? inner = null)
        : base(message, inner) => IsUnique = isUnique;

    /// <summary>Whether a unique or primary key refused the row; otherwise it was another constraint.</summary>
    public bool IsUnique { get; }
}
