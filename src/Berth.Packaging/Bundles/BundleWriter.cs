using System.Formats.Tar;
using System.Text;
using Berth.Packaging.Signing;

namespace Berth.Packaging.Bundles;

/// <summary>Writes bundles: a tar archive of the index, its signature file, and the parts in the index's order.</summary>
public static class BundleWriter
{
    /// <summary>Writes the archive. The same input makes the same bytes.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="index">What it holds.</param>
    /// <param name="signatures">Signatures over the index's canonical form.</param>
    /// <param name="open">Opens a part's bytes, seekable.</param>
    /// <param name="cancellationToken"></param>
    public static async Task WriteAsync(
        Stream output, BundleIndex index, SignatureFile signatures, Func<BundlePart, Task<Stream>> open, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(signatures);
        ArgumentNullException.ThrowIfNull(open);
        await using var tar = new TarWriter(output, TarEntryFormat.Ustar, leaveOpen: true);
        await AddAsync(BundleReader.IndexPath, new MemoryStream(index.ToBytes()));
        await AddAsync(BundleReader.SignaturePath, new MemoryStream(Encoding.UTF8.GetBytes(signatures.ToJson())));
        foreach (var part in index.Parts)
            await AddAsync(part.Path, await open(part));

        async Task AddAsync(string path, Stream content)
        {
            await using (content)
            {
                await tar.WriteEntryAsync(
                    new UstarTarEntry(TarEntryType.RegularFile, path) { DataStream = content, ModificationTime = DateTimeOffset.UnixEpoch, Mode = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead },
                    cancellationToken);
            }
        }
    }
}
