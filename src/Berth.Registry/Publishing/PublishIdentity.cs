using Berth.Packaging.Archive;

namespace Berth.Registry.Publishing;

/// <summary>What the request says about the package must be what the package says about itself: a name in an address is no identity.</summary>
internal static class PublishIdentity
{
    /// <summary>All differences.</summary>
    public static IReadOnlyList<PackageFault> Check(PublishRequest request, Package package)
    {
        var faults = new List<PackageFault>();
        if (ReservedSlugs.Check(package.Manifest.Name) is { } reserved)
            faults.Add(reserved);
        if (request.Slug is { } slug && slug != package.Manifest.Name)
        {
            faults.Add(new PackageFault(
                PublishFaultCodes.SlugMismatch,
                $"The request names the plugin '{slug}', but the package's plugin.json names '{package.Manifest.Name}'. Publish it under the manifest's name.",
                Pointer: "/name"));
        }

        if (request.Version is { } version && version != package.Manifest.Version.ToString())
        {
            faults.Add(new PackageFault(
                PublishFaultCodes.VersionMismatch,
                $"The request names version '{version}', but the package's plugin.json says '{package.Manifest.Version}'. Publish it under the manifest's version.",
                Pointer: "/version"));
        }

        return faults;
    }

    /// <summary>Whether the bytes that arrived are those that were promised.</summary>
    public static PackageFault? CheckDigest(PublishRequest request, string digest) =>
        request.ContentSha256 is { } promised && !string.Equals(promised, digest, StringComparison.OrdinalIgnoreCase)
            ? new PackageFault(
                PublishFaultCodes.DigestMismatch,
                $"The request promises SHA-256 {promised}, but the bytes that arrived have {digest}. Send the package again.")
            : null;
}
