namespace Berth.Lifecycle.Migration.Report;

/// <summary>What a rollback removed.</summary>
/// <param name="Installations">How many.</param>
/// <param name="Packages">How many.</param>
/// <param name="Users">How many.</param>
/// <param name="Kept">What the migration made and somebody has changed or built on since, with the reason.</param>
public sealed record RollbackReport(long Installations, long Packages, long Users, IReadOnlyList<string> Kept);
