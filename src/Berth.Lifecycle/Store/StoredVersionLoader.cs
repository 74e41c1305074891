using Berth.Host;
using Berth.Packaging.Manifest;

namespace Berth.Lifecycle.Store;

/// <summary>Reads a version of the store into its immutable snapshot.</summary>
internal static class StoredVersionLoader
{
    /// <summary>The version, or <see langword="null"/> when it is not (wholly) there.</summary>
    public static (StoredVersion Version, StoreIndex Index)? Load(StorePaths paths, PluginVersionId id)
    {
        var directory = paths.Version(id);
        var indexDirectory = paths.Index(id);

        // The folder of the version is the commit point: an index without it belongs to a version on its way.
        if (!Directory.Exists(directory) || StoreIndex.Read(Path.Combine(indexDirectory, StoreIndex.FileName)) is not { } index)
            return null;
        if (!string.Equals(index.Slug, id.Slug, StringComparison.Ordinal) || !string.Equals(index.Version, id.Version, StringComparison.Ordinal))
            return null;

        var manifestPath = Path.Combine(directory, "plugin.json");
        if (!File.Exists(manifestPath))
            return null;
        var manifest = ManifestReader.Read(File.ReadAllBytes(manifestPath));
        return manifest.IsAccepted
            ? (new StoredVersion(id.Slug, id.Version, index.Digest, directory, manifest.Manifest, index.TrustLevel, Table(index, directory, indexDirectory)) { IsPrivate = index.Private }, index)
            : null;
    }

    private static FileTable Table(StoreIndex index, string directory, string indexDirectory) =>
        new(index.Files.Where(file => file.Served).Select(file => Served(file, directory, indexDirectory)));

    private static ServedFile Served(StoreIndexFile file, string directory, string indexDirectory)
    {
        var tag = file.Sha256[..32];
        return new ServedFile(
            file.Path,
            MediaTypes.Of(file.Path),
            new FileRepresentation(Path.Combine(directory, file.Path), file.Size, $"\"{tag}\""),
            file.Br is { } br ? new FileRepresentation(Variants.BrotliPath(indexDirectory, file.Sha256), br, $"\"{tag}-br\"") : null,
            file.Gz is { } gz ? new FileRepresentation(Variants.GzipPath(indexDirectory, file.Sha256), gz, $"\"{tag}-gz\"") : null);
    }
}
