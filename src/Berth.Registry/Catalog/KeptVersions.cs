using Berth.Data.Sessions;

namespace Berth.Registry.Catalog;

/// <summary>Versions in any state, for whoever may see those that are not in the catalogue.</summary>
public interface IKeptVersions
{
    /// <summary>The version, or <see langword="null"/>. The slug is compared without regard to case.</summary>
    Task<VersionRecord?> FindAsync(string slug, string version, CancellationToken cancellationToken = default);
}

/// <inheritdoc />
internal sealed class KeptVersions(IDatabase database) : IKeptVersions
{
    public Task<VersionRecord?> FindAsync(string slug, string version, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(slug);
        ArgumentNullException.ThrowIfNull(version);
        return database.ReadAsync(session => CatalogRows.FindKeptAsync(session, slug.ToLowerInvariant(), version), cancellationToken);
    }
}
