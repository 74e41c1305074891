using Berth.Data.Blobs;
using Berth.Data.Sessions;
using Berth.Packaging.Archive;
using Microsoft.Extensions.Logging;

namespace Berth.Registry.Trust.Quarantines;

/// <summary>
/// Knows which versions have which files. A publish writes its own; what was published before there was an index is read
/// from its package when somebody asks.
/// </summary>
internal sealed partial class PackageFileIndex(IDatabase database, IPackageBlobs blobs, PackageLimits limits, ILogger<PackageFileIndex> logger) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>Reads what is missing. After: every version whose bytes are there is in the index.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var missing = await database.ReadAsync(
                session => session.QueryAsync<MissingRow>(
                    """
                    SELECT v.slug, v.version, v.digest FROM package_version v
                    WHERE v.digest <> '' AND NOT EXISTS (SELECT 1 FROM package_file f WHERE f.slug = v.slug AND f.version = v.version)
                    """),
                cancellationToken);
            foreach (var version in missing)
                await AddAsync(version, cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Writes the files of one version. Part of the caller's transaction; may be repeated.</summary>
    public static async Task AddAsync(DbSession session, string slug, string version, IReadOnlyList<PackageFile> files)
    {
        foreach (var file in files)
        {
            await session.ExecuteAsync(
                "INSERT INTO package_file (sha256, slug, version, path) VALUES (@Sha256, @slug, @version, @Path) ON CONFLICT DO NOTHING",
                new { file.Sha256, slug, version, file.Path });
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task AddAsync(MissingRow version, CancellationToken cancellationToken)
    {
        await using var blob = await blobs.OpenAsync(version.Digest, cancellationToken);
        if (blob is null)
        {
            LogMissing(version.Slug, version.Version);
            return;
        }

        // The reader needs to seek, and a blob from afar cannot.
        using var content = new MemoryStream();
        await blob.CopyToAsync(content, cancellationToken);
        content.Position = 0;
        if ((await PackageReader.ReadAsync(content, limits, cancellationToken)).Package is not { } package)
        {
            LogMissing(version.Slug, version.Version);
            return;
        }

        await database.WriteAsync(
            async session =>
            {
                await AddAsync(session, version.Slug, version.Version, package.Files);
                return true;
            },
            cancellationToken);
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The package of {Plugin} {Version} cannot be read; a quarantine by the digest of one of its files does not find it")]
    private partial void LogMissing(string plugin, string version);

    private sealed record MissingRow(string Slug, string Version, string Digest);
}
