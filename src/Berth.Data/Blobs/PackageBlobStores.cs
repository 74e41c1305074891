namespace Berth.Data.Blobs;

/// <summary>Opens package stores.</summary>
public static class PackageBlobStores
{
    /// <summary>Opens the store that <c>BERTH_PACKAGES</c> names: <c>file</c> is the folder <c>packages</c> in the data directory.</summary>
    /// <exception cref="NotSupportedException">Another kind is asked for.</exception>
    public static IPackageBlobs Open(string packages, string dataDirectory) => throw new NotImplementedException();
}
