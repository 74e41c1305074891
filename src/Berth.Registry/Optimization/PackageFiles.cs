using System.IO.Compression;
using System.Security.Cryptography;
using Berth.Packaging.Archive;

namespace Berth.Registry.Optimization;

/// <summary>All files of a package in memory.</summary>
internal static class PackageFiles
{
    /// <summary>More is not optimised: everything is held at once.</summary>
    public const long MostBytes = 192L * 1024 * 1024;

    /// <summary>
    /// Reads the files of a package that the strict reader accepted: such an archive can be read in one way only, and each
    /// file is compared with the digest that the strict reader found.
    /// </summary>
    /// <exception cref="InvalidDataException">The bytes are not those of the package.</exception>
    public static Dictionary<string, byte[]> Read(Stream content, Package package)
    {
        content.Position = 0;
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        using var archive = new ZipArchive(content, ZipArchiveMode.Read, leaveOpen: true);
        foreach (var file in package.Files)
        {
            var bytes = new byte[file.Size];
            using var entry = (archive.GetEntry(file.Path) ?? throw Other(file)).Open();
            entry.ReadExactly(bytes);
            if (Convert.ToHexStringLower(SHA256.HashData(bytes)) != file.Sha256)
                throw Other(file);
            files.Add(file.Path, bytes);
        }

        return files;
    }

    private static InvalidDataException Other(PackageFile file) => new($"'{file.Path}' is not the file that was accepted.");
}
