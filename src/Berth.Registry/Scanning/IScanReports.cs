namespace Berth.Registry.Scanning;

/// <summary>What scanners said of versions.</summary>
public interface IScanReports
{
    /// <summary>The latest verdict of each scanner, or nothing when the version was never scanned.</summary>
    Task<IReadOnlyList<VerdictRecord>> FindAsync(string slug, string version, CancellationToken cancellationToken = default);
}
