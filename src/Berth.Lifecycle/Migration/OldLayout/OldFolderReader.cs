using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Berth.Packaging.Archive;

namespace Berth.Lifecycle.Migration.OldLayout;

/// <summary>Reads one plugin folder: its files with their digests, and the digest of the whole.</summary>
internal sealed class OldFolderReader(OldLayoutLimits limits, OldFindings findings)
{
    private const int BufferSize = 128 * 1024;
    private static readonly string EmptyDigest = Convert.ToHexStringLower(SHA256.HashData([]));

    /// <summary>The folder, or why it cannot be taken.</summary>
    public async Task<(OldFolder? Folder, string? Obstacle)> ReadAsync(FoundFolder found, CancellationToken cancellationToken)
    {
        List<(FileInfo File, string Path)> files = [];
        if (Collect(new DirectoryInfo(found.Path), found, "", 1, files) is { } obstacle)
            return (null, obstacle);
        List<OldFile> read = [];
        var bytes = 0L;
        foreach (var (file, path) in files.OrderBy(file => file.Path, PackagePaths.Order))
        {
            try
            {
                var (size, digest) = await HashAsync(file, cancellationToken);
                read.Add(new OldFile(path, size, digest));
                bytes += size;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Half a plugin must never be taken for a whole one.
                return (null, $"'{PackagePaths.Shown(path)}' cannot be read. Check its owner and its name, then migrate again.");
            }

            if (bytes > limits.MaxFolderBytes)
                return (null, $"Its files have more than {limits.MaxFolderBytes} bytes; a package cannot hold more. Remove what does not belong to the plugin, then migrate again.");
        }

        CheckNames(found, read);
        return (new OldFolder(found.Path, read, Digest(read)), null);
    }

    private string? Collect(DirectoryInfo folder, FoundFolder found, string prefix, int level, List<(FileInfo File, string Path)> files)
    {
        if (level > limits.MaxLevels)
            return $"Its folders are nested more than {limits.MaxLevels} levels deep. Remove what does not belong to the plugin, then migrate again.";
        var relative = prefix.Length == 0 ? found.RelativePath : $"{found.RelativePath}/{prefix.TrimEnd('/')}";
        var listing = OldFolderListing.Of(folder, relative, findings, found.Owner);
        if (!listing.IsWhole)
            return $"Its folder '{PackagePaths.Shown(relative)}' cannot be read. Check its owner, then migrate again.";
        foreach (var file in listing.Files.Where(file => prefix.Length > 0 || file.Name != OldDescriptions.MetadataFile))
        {
            if (OldFolderListing.IsLeftBehind(file.Name))
                findings.Stray($"{relative}/{file.Name}", "Left behind by a tool.", found.Owner);
            else if (files.Count == limits.MaxFiles)
                return $"It has more than {limits.MaxFiles} files; a package cannot hold more. Remove what does not belong to the plugin, then migrate again.";
            else
                files.Add((file, prefix + file.Name));
        }

        foreach (var child in listing.Folders.Where(child => prefix.Length > 0 || !found.Superseded.Contains(child.Name, StringComparer.Ordinal)))
        {
            if (OldFolderListing.IsLeftBehind(child.Name))
                findings.Stray($"{relative}/{child.Name}", "Left behind by a tool.", found.Owner);
            else if (Collect(child, found, $"{prefix}{child.Name}/", level + 1, files) is { } obstacle)
                return obstacle;
        }

        return null;
    }

    private void CheckNames(FoundFolder found, List<OldFile> files)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            var fault = PackagePaths.Check(file.Path) is [var first, ..] ? first.Message : seen.Add(PackagePaths.Fold(file.Path)) ? null : "Another file has the same name in other case.";
            if (fault is not null)
            {
                findings.Add(
                    OldBucket.Remark, $"A package cannot hold the name: {fault} The bytes are kept in the package under another name and are not served.", found.Owner, path: $"{found.RelativePath}/{file.Path}");
            }
        }
    }

    private static async Task<(long Size, string Digest)> HashAsync(FileInfo file, CancellationToken cancellationToken)
    {
        // Empty by its entry: not opened at all, because opening a pipe or a device would wait for ever.
        if (file.Length == 0)
            return (0, EmptyDigest);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            await using var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
            var size = 0L;
            for (int count; (count = await stream.ReadAsync(buffer.AsMemory(0, BufferSize), cancellationToken)) > 0; size += count)
                hash.AppendData(buffer, 0, count);
            return (size, Convert.ToHexStringLower(hash.GetHashAndReset()));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // No path contains NUL, so two lists of files never give the same text.
    private static string Digest(List<OldFile> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
            hash.AppendData(Encoding.UTF8.GetBytes($"{file.Path}\0{file.Sha256}\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
