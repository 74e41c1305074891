namespace Berth.Data.Blobs;

/// <summary>Opens package stores.</summary>
public static class PackageBlobStores
{
    /// <summary>Opens the store that <c>BERTH_PACKAGES</c> names: <c>file</c> is the folder <c>packages</c> in the data directory.</summary>
    /// <exception cref="NotSupportedException">Another kind is asked for.</exception>
    /// <exception cref="IOException">The folder cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be created.</exception>
    public static IPackageBlobs Open(string packages, string dataDirectory)
    {
        ArgumentNullException.ThrowIfNull(packages);
        ArgumentException.ThrowIfNullOrWhiteSpace(dataDirectory);
        if (string.Equals(packages, "file", StringComparison.OrdinalIgnoreCase))
            return new FileBlobs(Path.Combine(dataDirectory, "packages"), TimeProvider.System);

        throw new NotSupportedException(packages.StartsWith("s3://", StringComparison.OrdinalIgnoreCase)
            ? "BERTH_PACKAGES: packages in an object store (s3://…) are not supported by this version. Use 'file'."
            : "BERTH_PACKAGES: the only package store of this version is 'file'.");
    }
}
