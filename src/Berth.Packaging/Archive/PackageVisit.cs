namespace Berth.Packaging.Archive;

/// <summary>Hands every file of an accepted package to somebody, in the order of the archive, in one pass over its bytes.</summary>
internal sealed class PackageVisit(Package expected, PackageLimits limits)
{
    /// <summary>Reads the package from position 0.</summary>
    /// <param name="package">Seekable.</param>
    /// <param name="maxFileBytes">Of a larger file the first so many bytes are handed over.</param>
    /// <param name="visit">The file, its first bytes (valid during the call) and whether they are all.</param>
    /// <exception cref="InvalidDataException">These are not the bytes that were accepted.</exception>
    public void Run(Stream package, int maxFileBytes, Action<PackageFile, ReadOnlyMemory<byte>, bool> visit, CancellationToken cancellationToken)
    {
        var faults = new List<PackageFault>();
        var directory = ArchiveDirectory.Read(package, limits, faults);
        if (directory is null || faults.Count > 0)
            throw new InvalidDataException($"The package is refused ({faults[0].Code}): {faults[0].Message}");

        var digests = expected.Files.ToDictionary(file => file.Path, StringComparer.Ordinal);
        using var cursor = new PackageCursor(package, 0, digest: false);
        using var pass = new ArchivePass(cursor, cancellationToken);
        using var head = new FileHead(maxFileBytes);
        foreach (var entry in directory.Entries)
        {
            head.Clear();
            if (pass.Read(entry, head, out var file) is { } fault)
                throw new InvalidDataException($"'{fault.Entry}' cannot be read ({fault.Code}): {fault.Message}");
            // What is looked at is what was accepted: the same path with the same bytes.
            if (!digests.Remove(file!.Path, out var known) || known != file)
                throw new InvalidDataException($"'{EntryNames.Shown(file.Path)}' is not the file that was accepted.");
            visit(file, head.Bytes, head.IsWhole);
        }

        if (digests.Count > 0)
            throw new InvalidDataException("The package lacks files that were accepted.");
    }
}
