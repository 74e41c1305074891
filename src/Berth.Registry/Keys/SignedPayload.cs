using Berth.Data.Blobs;
using Berth.Packaging.Archive;

namespace Berth.Registry.Keys;

/// <summary>What the signatures of a kept version are over, computed from its bytes.</summary>
internal static class SignedPayload
{
    /// <summary>The canonical file list.</summary>
    /// <exception cref="IOException">The bytes are not in the store.</exception>
    /// <exception cref="InvalidDataException">They are no acceptable package any more.</exception>
    public static async Task<byte[]> OfAsync(IPackageBlobs blobs, PackageLimits limits, string digest, string name, CancellationToken cancellationToken)
    {
        await using var content = await blobs.OpenAsync(digest, cancellationToken) ?? throw new IOException($"The bytes of {name} are not in the package store.");
        // The reader needs to seek, and a blob from afar cannot.
        using var package = new MemoryStream();
        await content.CopyToAsync(package, cancellationToken);
        package.Position = 0;
        var read = await PackageReader.ReadAsync(package, limits, cancellationToken);
        return CanonicalFileList.Create(read.Package ?? throw new InvalidDataException($"The stored package of {name} is not acceptable any more."));
    }
}
