using Berth.Lifecycle.Installations;

namespace Berth.Lifecycle.Operations.Planning;

/// <summary>Which version an update without a version would lead to. The same decision as the update's own.</summary>
public interface IUpdateCandidates
{
    /// <summary>The version, or <see langword="null"/> when there is none: within channel and pins, with everything it needs.</summary>
    /// <param name="plugin">One installation.</param>
    /// <param name="installed">All installations of the same user.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    /// <exception cref="Store.PackageSourceUnavailableException">The registry does not answer.</exception>
    ValueTask<UpdateCandidate?> FindAsync(InstalledPlugin plugin, UserInstallations installed, CancellationToken cancellationToken = default);
}

/// <summary>What an installation can be updated to.</summary>
/// <param name="Version">As the row would name it.</param>
/// <param name="Repository">Where its source is, if the manifest says so.</param>
public sealed record UpdateCandidate(string Version, string? Repository);
