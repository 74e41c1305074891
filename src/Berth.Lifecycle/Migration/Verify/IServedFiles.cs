namespace Berth.Lifecycle.Migration.Verify;

/// <summary>A running host, as far as a verification asks it: the files of users' installations, as their pages would load them.</summary>
public interface IServedFiles
{
    /// <summary>
    /// SHA-256 of what <c>GET /api/v1/public/plugins/{plugin_id}/{path}</c> answers with the user's own right,
    /// or <see langword="null"/> and the status when it is not 200.
    /// </summary>
    Task<(string? Sha256, int Status)> ReadAsync(ServedInstallation installation, string path, CancellationToken cancellationToken);
}

/// <summary>Whose file is asked for.</summary>
/// <param name="UserId">The user.</param>
/// <param name="PluginId">The installation.</param>
/// <param name="Slug">The plugin.</param>
/// <param name="Version">The version in force.</param>
/// <param name="Digest">SHA-256 of the package.</param>
public sealed record ServedInstallation(string UserId, string PluginId, string Slug, string Version, string Digest);
