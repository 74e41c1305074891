using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Berth.Packaging.Manifest;

namespace Berth.Packaging.Archive;

/// <summary>One reason why a package is refused.</summary>
/// <param name="Code">Stable and dotted, for example <c>archive.path.traversal</c> or a manifest fault's code.</param>
/// <param name="Message">What is wrong and what to do.</param>
/// <param name="Entry">The archive entry it is about, if any; unprintable characters are escaped.</param>
/// <param name="Pointer">The JSON pointer into the manifest it is about, if any.</param>
public sealed record PackageFault(string Code, string Message, string? Entry = null, string? Pointer = null);

/// <summary>A package, or all reasons why there is none.</summary>
public sealed record PackageReadOutcome(Package? Package, IReadOnlyList<PackageFault> Faults)
{
    /// <summary>Whether the package was accepted.</summary>
    [MemberNotNullWhen(true, nameof(Package))]
    public bool IsAccepted => Package is not null && Faults.Count == 0;
}

/// <summary>The one strict reader of <c>.berth</c> files: validator, scanner, signer and extractor all come here.</summary>
/// <remarks>
/// A package is read once, in order; memory holds one block, the central directory and the manifest, whatever the
/// package unpacks to. A broken structure is one fault, because nothing behind it can be trusted; what leaves the
/// structure readable (names, modes, the manifest) is reported all at once.
/// </remarks>
public static class PackageReader
{
    // Up to here a package is taken into memory by one asynchronous read; larger ones are streamed on a pool thread.
    private const int InMemory = 1024 * 1024;

    /// <summary>Reads and checks the whole package: structure, names, limits, checksums, manifest. Writes nothing.</summary>
    /// <param name="package">Seekable; read from position 0. Not disposed.</param>
    /// <exception cref="ArgumentException">The stream cannot seek.</exception>
    /// <exception cref="IOException">The stream cannot be read, or changed while it was read.</exception>
    public static Task<PackageReadOutcome> ReadAsync(Stream package, PackageLimits limits, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(limits);
        return OnBytesAsync(package, limits, bytes => Read(bytes, limits, cancellationToken), cancellationToken);
    }

    /// <summary>The bytes of one file of a package that <see cref="ReadAsync"/> accepted, or <see langword="null"/> when it has no such file.</summary>
    /// <exception cref="InvalidDataException">The package is not one that <see cref="ReadAsync"/> accepts.</exception>
    public static Task<byte[]?> ReadFileAsync(Stream package, string path, PackageLimits limits, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(limits);
        return OnBytesAsync(package, limits, bytes => ReadFile(bytes, path, limits, cancellationToken), cancellationToken);
    }

    /// <summary>
    /// Extracts a package that <see cref="ReadAsync"/> accepted into an empty folder, checking every file's digest against
    /// <paramref name="expected"/> while writing, and flushing every file and folder to disk (fsync) before it returns.
    /// Files are read-only (mode 0444). The folder is created when it is not there; flushing its parent is the caller's.
    /// </summary>
    /// <exception cref="InvalidDataException">A file's bytes are not the expected ones.</exception>
    /// <exception cref="IOException">The disk is full, or the folder is not empty or cannot be written. What was written stays for the caller to remove.</exception>
    public static Task ExtractAsync(Stream package, Package expected, string emptyDirectory, PackageLimits limits, CancellationToken cancellationToken = default)
    {
        RequireSeekable(package);
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentException.ThrowIfNullOrEmpty(emptyDirectory);
        ArgumentNullException.ThrowIfNull(limits);
        return Task.Run(() => new PackageExtraction(expected, emptyDirectory, limits).Run(package, cancellationToken), cancellationToken);
    }

    /// <summary>
    /// Hands every file of a package that <see cref="ReadAsync"/> accepted to <paramref name="visit"/>, in one pass; of a file
    /// larger than <paramref name="maxFileBytes"/> its first bytes, and that they are not all.
    /// </summary>
    /// <exception cref="InvalidDataException">These are not the bytes that were accepted.</exception>
    internal static void Visit(
        Stream package, Package expected, PackageLimits limits, int maxFileBytes, Action<PackageFile, ReadOnlyMemory<byte>, bool> visit, CancellationToken cancellationToken)
    {
        RequireSeekable(package);
        new PackageVisit(expected, limits).Run(package, maxFileBytes, visit, cancellationToken);
    }

    private static PackageReadOutcome Read(Stream package, PackageLimits limits, CancellationToken cancellationToken)
    {
        var faults = new List<PackageFault>();
        if (ArchiveDirectory.Read(package, limits, faults) is not { } directory)
        {
            return new(null, faults);
        }

        using var cursor = new PackageCursor(package, 0, digest: true);
        using var pass = new ArchivePass(cursor, cancellationToken);
        using var manifest = new MemoryStream();
        var files = new List<PackageFile>(directory.Entries.Count);
        foreach (var entry in directory.Entries)
        {
            var isManifest = string.Equals(entry.Path, Package.ManifestPath, StringComparison.Ordinal) && manifest.Length == 0;
            if (pass.Read(entry, isManifest ? manifest : null, out var file) is { } fault)
            {
                return new(null, [.. faults, fault]);
            }

            files.Add(file!);
        }

        files.Sort((left, right) => Utf8Order.Instance.Compare(left.Path, right.Path));
        var digest = cursor.DigestToEnd();
        if (cursor.Received != package.Length)
        {
            throw new IOException("The package changed while it was read. Read it again when it is complete.");
        }

        return Judge(manifest.ToArray(), files, digest, cursor.Received, faults);
    }

    private static PackageReadOutcome Judge(byte[] manifest, List<PackageFile> files, string digest, long size, List<PackageFault> faults)
    {
        if (!files.Exists(file => string.Equals(file.Path, Package.ManifestPath, StringComparison.Ordinal)))
        {
            faults.Add(new(ArchiveFaultCodes.ManifestMissing, "The package has no plugin.json in its root. Pack the folder that contains it, not its parent."));
            return new(null, faults);
        }

        var outcome = ManifestReader.Read(manifest);
        faults.AddRange(outcome.Faults.Select(fault => new PackageFault(fault.Code, fault.Message, Package.ManifestPath, fault.Pointer)));
        if (outcome.Manifest is null)
        {
            return new(null, faults);
        }

        var package = new Package(outcome.Manifest, manifest, digest, size, files.Sum(file => file.Size), files);
        faults.AddRange(PackageContents.Check(package));
        return faults.Count == 0 ? new(package, []) : new(null, faults);
    }

    private static byte[]? ReadFile(Stream package, string path, PackageLimits limits, CancellationToken cancellationToken)
    {
        var faults = new List<PackageFault>();
        var directory = ArchiveDirectory.Read(package, limits, faults);
        if (directory is null || faults.Count > 0)
        {
            throw new InvalidDataException($"The package is refused ({faults[0].Code}): {faults[0].Message}");
        }

        if (directory.Entries.FirstOrDefault(entry => string.Equals(entry.Path, path, StringComparison.Ordinal)) is not { } entry)
        {
            return null;
        }

        using var cursor = new PackageCursor(package, entry.Offset, digest: false);
        using var pass = new ArchivePass(cursor, cancellationToken);
        using var content = new MemoryStream();
        return pass.Read(entry, content, out _) is { } fault
            ? throw new InvalidDataException($"'{fault.Entry}' cannot be read ({fault.Code}): {fault.Message}")
            : content.ToArray();
    }

    private static async Task<T> OnBytesAsync<T>(Stream package, PackageLimits limits, Func<Stream, T> read, CancellationToken cancellationToken)
    {
        RequireSeekable(package);
        if (package is MemoryStream || package.Length > limits.MaxPackageBytes)
        {
            return read(package);
        }

        if (package.Length > InMemory)
        {
            return await Task.Run(() => read(package), cancellationToken);
        }

        var length = (int)package.Length;
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            package.Position = 0;
            await package.ReadExactlyAsync(buffer.AsMemory(0, length), cancellationToken);
            using var bytes = new MemoryStream(buffer, 0, length, writable: false);
            return read(bytes);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void RequireSeekable(Stream package)
    {
        ArgumentNullException.ThrowIfNull(package);
        if (!package.CanSeek)
        {
            throw new ArgumentException("A package is read from its end first; give a stream that can seek.", nameof(package));
        }
    }
}
