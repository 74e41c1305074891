namespace Berth.Lifecycle.Installations;

/// <summary>Says whether a user's installation is sound.</summary>
public interface IInstallationStatus
{
    /// <summary>Checks rows, modules, files (presence and size against the file table) and asks the lifecycle manager.</summary>
    Task<StatusReport> CheckAsync(Operations.OperationCaller caller, string slug, CancellationToken cancellationToken = default);
}

/// <summary>What a check found.</summary>
/// <param name="Status"><c>healthy</c>, <c>files_missing</c>, <c>modules_corrupted</c>, <c>files_modified</c>, <c>unhealthy</c>, <c>quarantined</c> (by the registry) or <c>not_installed</c>.</param>
/// <param name="Plugin">The installation, if there is one.</param>
/// <param name="Details">Name of each check → what it found.</param>
public sealed record StatusReport(string Status, InstalledPlugin? Plugin, IReadOnlyDictionary<string, string> Details);
