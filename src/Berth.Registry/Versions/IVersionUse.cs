namespace Berth.Registry.Versions;

/// <summary>
/// Who has a version. The registry knows no host; whoever runs both in one process answers here. A registry by itself has
/// nobody to ask and goes by its downloads.
/// </summary>
public interface IVersionUse
{
    /// <summary>How many installations have these bytes in force or could go back to them.</summary>
    Task<long> InstallationsAsync(string slug, string digest, CancellationToken cancellationToken = default);
}
