namespace Berth.Data.Sessions;

/// <summary>How a database is opened.</summary>
public sealed record DatabaseOptions
{
    /// <summary>The defaults.</summary>
    public static DatabaseOptions Default { get; } = new();

    /// <summary>How long a statement waits for a lock that another process holds. Default 5 seconds.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>SQLite only: connections for reads. Default twice the processors, 4 to 16.</summary>
    public int Readers { get; init; } = Math.Clamp(Environment.ProcessorCount * 2, 4, 16);
}
