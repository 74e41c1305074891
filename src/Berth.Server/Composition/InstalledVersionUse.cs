using Berth.Data.Sessions;
using Berth.Registry.Versions;

namespace Berth.Server.Composition;

/// <summary>The installations of the host in the same process, rollback slots included.</summary>
internal sealed class InstalledVersionUse(IDatabase database) : IVersionUse
{
    public Task<long> InstallationsAsync(string slug, string digest, CancellationToken cancellationToken = default) => database.ReadAsync(
        session => session.ScalarAsync<long>(
            "SELECT COUNT(*) FROM plugin WHERE plugin_slug = @slug AND (digest = @digest OR previous_digest = @digest)", new { slug, digest }),
        cancellationToken);
}
