using Berth.Host;
using Berth.Lifecycle.Store.Codings;
using Berth.Packaging.Manifest;

namespace Berth.Lifecycle.Store;

/// <summary>Reads a version of the store into its immutable snapshot.</summary>
internal static class StoredVersionLoader
{
    /// <summary>The version, or <see langword="null"/> when it is not (wholly) there.</summary>
    /// <param name="paths">Where the store is.</param>
    /// <param name="id">The version.</param>
    /// <param name="libraries">How packed files are read.</param>
    /// <param name="mayServe">Whether its optimised files, if it has some, may be served.</param>
    public static (StoredVersion Version, StoreIndex Index)? Load(StorePaths paths, PluginVersionId id, CodingLibraries libraries, Func<PluginManifest, StoreVariant, bool> mayServe)
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
        if (!manifest.IsAccepted)
            return null;
        var files = new FileTable(index.Files.Where(file => file.Served)
            .Select(file => Served(file, new FileRepresentation(Path.Combine(directory, file.Path), file.Size, Tag(file)), indexDirectory)));
        var stored = new StoredVersion(id.Slug, id.Version, index.Digest, directory, manifest.Manifest, index.TrustLevel, files)
        {
            IsPrivate = index.Private,
            Signatures = index.Signatures,
            Variant = index.Variant is { } variant && mayServe(manifest.Manifest, variant) ? Optimised(variant, files, indexDirectory, libraries) : null,
        };
        return (stored, index);
    }

    /// <summary>What both tables have is one object in both, so that its bytes lie in memory once, whoever asks for them.</summary>
    private static ServedVariant Optimised(StoreVariant variant, FileTable authors, string indexDirectory, CodingLibraries libraries)
    {
        var optimised = variant.Files.Where(file => file.Served).ToDictionary(file => file.Path, StringComparer.Ordinal);
        return new ServedVariant(variant.Digest, new FileTable(
            authors.Files.Where(file => !optimised.ContainsKey(file.Path))
                .Concat(optimised.Values.Select(file => Served(file, Optimised(file, indexDirectory, libraries), indexDirectory)))));
    }

    private static FileRepresentation Optimised(StoreIndexFile file, string indexDirectory, CodingLibraries libraries) =>
        file.Lz4 is null
            ? new FileRepresentation(CodedNames.OptimisedPath(indexDirectory, file.Sha256), file.Size, Tag(file))
            : new FileRepresentation(CodedNames.PackedPath(indexDirectory, file.Sha256), file.Size, Tag(file)) { Packed = Packed(file, indexDirectory, libraries) };

    /// <summary>How the bytes of a packed file are got at.</summary>
    public static PackedFile Packed(StoreIndexFile file, string indexDirectory, CodingLibraries libraries) => new(
        CodedNames.PackedPath(indexDirectory, file.Sha256), checked((int)file.Size), file.Sha256,
        file.Gz is null ? null : file.PathOf(indexDirectory, CodedNames.Gzip), file.Br is null ? null : file.PathOf(indexDirectory, CodedNames.Brotli), libraries.Lz4);

    private static ServedFile Served(StoreIndexFile file, FileRepresentation identity, string indexDirectory)
    {
        return new ServedFile(file.Path, MediaTypes.Of(file.Path), identity, Coded(CodedNames.Brotli), Coded(CodedNames.Gzip)) { Zstd = Coded(CodedNames.Zstd) };

        FileRepresentation? Coded(string coding) => file.SizeOf(coding) is { } size
            ? new FileRepresentation(file.PathOf(indexDirectory, coding), size, CodedNames.TagOf(file.Sha256, coding, file.IsThorough(coding)))
            : null;
    }

    private static string Tag(StoreIndexFile file) => $"\"{file.Sha256[..32]}\"";
}
