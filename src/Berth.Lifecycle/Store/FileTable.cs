using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Berth.Lifecycle.Store.Codings;

namespace Berth.Lifecycle.Store;

/// <summary>The served files of one version, the author's or those of a variant. What is not in it does not exist: no request ever walks a path.</summary>
public sealed class FileTable(IEnumerable<ServedFile> files)
{
    private readonly FrozenDictionary<string, ServedFile> _files = files.ToFrozenDictionary(file => file.Path, StringComparer.Ordinal);

    /// <summary>All served files.</summary>
    public IReadOnlyCollection<ServedFile> Files => _files.Values;

    /// <summary>A file by its exact path in the package, or <see langword="null"/>.</summary>
    public ServedFile? Find(string path) => _files.GetValueOrDefault(path);

    /// <summary>Finds a file by its exact path in the package.</summary>
    public bool TryFind(string path, [NotNullWhen(true)] out ServedFile? file) => _files.TryGetValue(path, out file);
}

/// <summary>One served file and its codings.</summary>
/// <param name="Path">The path in the package.</param>
/// <param name="MediaType">For example <c>text/javascript; charset=utf-8</c>.</param>
/// <param name="Identity">The author's bytes.</param>
/// <param name="Brotli">Pre-compressed, when that is smaller.</param>
/// <param name="Gzip">Pre-compressed, when that is smaller.</param>
public sealed record ServedFile(string Path, string MediaType, FileRepresentation Identity, FileRepresentation? Brotli, FileRepresentation? Gzip)
{
    /// <summary>Pre-compressed with zstd, when that is smaller than gzip.</summary>
    public FileRepresentation? Zstd { get; init; }
}

/// <summary>The bytes of one coding.</summary>
/// <param name="FullPath">Where they lie.</param>
/// <param name="Size">How many.</param>
/// <param name="ETag">Strong, quoted; another one for each coding.</param>
public sealed record FileRepresentation(string FullPath, long Size, string ETag)
{
    /// <summary>How to get at the bytes when they do not lie there as they are.</summary>
    public IPackedBytes? Packed { get; init; }
}
