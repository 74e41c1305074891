using Berth.Packaging.Manifest;

namespace Berth.Packaging.Archive;

/// <summary>What the manifest and the files must agree on.</summary>
internal static class PackageContents
{
    public static IEnumerable<PackageFault> Check(Package package)
    {
        var paths = package.Files.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var (pointer, path) in NamedFiles(package.Manifest))
        {
            if (!paths.Contains(path))
            {
                yield return new(
                    ArchiveFaultCodes.FileMissing,
                    $"The manifest names '{path}', which is not in the package. Build it before packing, or correct the path.",
                    Package.ManifestPath,
                    pointer);
            }
        }

        if (package.Manifest.Security.Checksum is { } checksum
            && CanonicalFileList.Checksum(package) is var actual
            && !string.Equals(checksum, actual, StringComparison.OrdinalIgnoreCase))
        {
            yield return new(
                ArchiveFaultCodes.Checksum,
                $"The manifest's checksum is not that of the files, which is {actual}. Write that, or leave the member out.",
                Package.ManifestPath,
                "/security/checksum");
        }
    }

    private static IEnumerable<(string Pointer, string Path)> NamedFiles(PluginManifest manifest)
    {
        if (manifest.Frontend is { } frontend)
        {
            yield return ("/frontend/entry", frontend.Entry);
        }

        if (manifest.Module is { } module)
        {
            yield return ("/module/assembly", module.Assembly);
            for (var i = 0; i < module.Contracts.Count; i++)
            {
                yield return ($"/module/contracts/{i}", module.Contracts[i]);
            }
        }
    }
}
