using System.Diagnostics.CodeAnalysis;

namespace Berth.Packaging.Archive;

/// <summary>One reason why a package is refused.</summary>
/// <param name="Code">Stable and dotted, for example <c>archive.path.traversal</c> or a manifest fault's code.</param>
/// <param name="Message">What is wrong and what to do.</param>
/// <param name="Entry">The archive entry it is about, if any.</param>
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
public static class PackageReader
{
    /// <summary>Reads and checks the whole package: structure, names, limits, checksums, manifest. Writes nothing.</summary>
    /// <param name="package">Seekable; read from position 0. Not disposed.</param>
    public static Task<PackageReadOutcome> ReadAsync(Stream package, PackageLimits limits, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>The bytes of one file of a package that <see cref="ReadAsync"/> accepted, or <see langword="null"/> when it has no such file.</summary>
    public static Task<byte[]?> ReadFileAsync(Stream package, string path, PackageLimits limits, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>
    /// Extracts a package that <see cref="ReadAsync"/> accepted into an empty folder, checking every file's digest against
    /// <paramref name="expected"/> while writing, and flushing every file and folder to disk (fsync) before it returns.
    /// </summary>
    /// <exception cref="InvalidDataException">A file's bytes are not the expected ones.</exception>
    /// <exception cref="IOException">The disk is full or the folder cannot be written. What was written stays for the caller to remove.</exception>
    public static Task ExtractAsync(Stream package, Package expected, string emptyDirectory, PackageLimits limits, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();
}
