namespace Berth.Lifecycle.Migration.Verify;

/// <summary>What a verification compared, old with new.</summary>
/// <param name="Installations">Migrated installations that were looked at.</param>
/// <param name="FilesServed">Files that the new route answered with exactly the old bytes.</param>
/// <param name="FilesKept">Files that are not served (outside the served folders, or of a disabled plugin) and lie in the store with exactly the old bytes.</param>
/// <param name="Rows">Rows of plugins and modules whose settings are what the old rows say.</param>
/// <param name="FreeableBytes">What removing the old plugin folders frees; nothing while there are differences.</param>
/// <param name="Changed">Installations that their users changed since the migration; not compared.</param>
/// <param name="Differences">What is not the same. None when the migration is whole.</param>
public sealed record VerificationReport(
    long Installations, long FilesServed, long FilesKept, long Rows, long FreeableBytes, IReadOnlyList<string> Changed, IReadOnlyList<string> Differences)
{
    /// <summary>Whether everything is the same.</summary>
    public bool IsWhole => Differences.Count == 0;
}
