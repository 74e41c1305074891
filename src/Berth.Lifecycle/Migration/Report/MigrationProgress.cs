namespace Berth.Lifecycle.Migration.Report;

/// <summary>Tells whoever waits how far a migration is.</summary>
/// <param name="report">Phase, how many are done, and of how many.</param>
public sealed class MigrationProgress(Action<string, long, long> report)
{
    /// <summary>Nobody waits.</summary>
    public static MigrationProgress None { get; } = new((_, _, _) => { });

    /// <summary>Says it.</summary>
    public void Report(string phase, long done, long total) => report(phase, done, total);
}
