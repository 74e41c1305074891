namespace Berth.Lifecycle.AutoUpdates;

/// <summary>How a host updates installations by itself.</summary>
public sealed record AutoUpdateOptions
{
    /// <summary>How often it looks for newer versions. Default an hour; zero: never. Each pause is up to a tenth shorter or longer.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How many installations one process updates at the same time. Default 4.</summary>
    public int MostAtOnce { get; init; } = 4;

    /// <summary>How often one version is tried for an installation. Default 5; then it is given up until there is a newer one.</summary>
    public int MostAttempts { get; init; } = 5;

    /// <summary>How long a process that looks after a plugin may be silent before another one does. Default 5 minutes.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>After how many failures what wait: 2, 4, 8, … intervals.</summary>
    internal TimeSpan PauseAfter(int attempts) => Interval * Math.Pow(2, Math.Min(attempts, 20));
}
