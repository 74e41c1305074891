using System.Formats.Tar;
using System.Security.Cryptography;
using Berth.Packaging.Signing;

namespace Berth.Packaging.Bundles;

/// <summary>
/// Reads bundles and believes nothing: the index must be signed by a key that the reader trusts, and every entry must be the one
/// that the index names there, byte for byte, with nothing in between and nothing after. Needs no network.
/// </summary>
public static class BundleReader
{
    /// <summary>The first entry.</summary>
    public const string IndexPath = "bundle.json";

    /// <summary>The second entry.</summary>
    public const string SignaturePath = "bundle.sig";

    private const int MaxIndexBytes = 16 * 1024 * 1024;
    private const int MaxParts = 100_000;

    /// <summary>Reads the bundle to its end.</summary>
    /// <param name="bundle">The file; read once, in order.</param>
    /// <param name="trusted">The key of a <c>kid</c> that may sign bundles, or <see langword="null"/>.</param>
    /// <param name="maxPartBytes">The most a part may have.</param>
    /// <param name="keep">Takes the bytes of each part; what it wrote is good only when the outcome has no fault.</param>
    /// <param name="cancellationToken"></param>
    public static async Task<BundleReading> ReadAsync(
        Stream bundle, Func<string, VerificationKey?> trusted, long maxPartBytes, Func<BundleIndex, BundlePart, Stream, Task>? keep = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(trusted);
        try
        {
            await using var tar = new TarReader(bundle, leaveOpen: true);
            if (await BytesAsync(tar, IndexPath, MaxIndexBytes, cancellationToken) is not { } indexBytes)
                return No(BundleFaultCodes.Form, $"The file does not begin with '{IndexPath}': it is no bundle, or a damaged one.");
            if (await BytesAsync(tar, SignaturePath, SignatureFile.MaxBytes, cancellationToken) is not { } signatureBytes)
                return No(BundleFaultCodes.Form, $"The second entry is not '{SignaturePath}': the bundle is not signed.");
            var reading = SignatureFile.Read(signatureBytes);
            if (reading.File is not { } signatures)
                return No(BundleFaultCodes.Signature, reading.Fault!.Reason);
            var verdicts = signatures.Verify(indexBytes, BundleIndex.SignatureType, trusted);
            if (verdicts.OfType<SignatureVerdict.Valid>().FirstOrDefault() is not { } valid)
                return No(BundleFaultCodes.Signature, verdicts.Select(verdict => verdict.Fault?.Reason).FirstOrDefault() ?? "The bundle has no signature.");
            if (BundleIndex.Read(indexBytes, out var fault) is not { } index)
                return No(BundleFaultCodes.Index, $"The index cannot be used. {fault}");
            if (Check(index) is { } wrong)
                return No(BundleFaultCodes.Index, wrong);
            return await PartsAsync(tar, index, maxPartBytes, keep, cancellationToken) is { } damage ? damage : new BundleReading(index, valid.Key.Thumbprint, null);
        }
        catch (Exception exception) when (exception is InvalidDataException or FormatException or EndOfStreamException or ArgumentException)
        {
            return No(BundleFaultCodes.Form, "The file is no tar archive, or ends too early.");
        }
    }

    private static async Task<BundleReading?> PartsAsync(
        TarReader tar, BundleIndex index, long maxPartBytes, Func<BundleIndex, BundlePart, Stream, Task>? keep, CancellationToken cancellationToken)
    {
        foreach (var part in index.Parts)
        {
            if (part.Size > maxPartBytes)
                return No(BundleFaultCodes.Size, $"'{part.Path}' is larger than {maxPartBytes} bytes.");
            var entry = await tar.GetNextEntryAsync(copyData: false, cancellationToken);
            if (entry is null || entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || entry.Name != part.Path || entry.Length != part.Size)
                return No(BundleFaultCodes.Part, $"Where '{part.Path}' should stand with {part.Size} bytes, the file has something else or nothing.");
            await using var content = new HashedStream(entry.DataStream ?? Stream.Null);
            if (keep is not null)
                await keep(index, part, content);
            await content.CopyToAsync(Stream.Null, cancellationToken);
            if (content.Digest() != part.Sha256)
                return No(BundleFaultCodes.Part, $"The bytes of '{part.Path}' are not those that were signed.");
        }

        return await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } more
            ? No(BundleFaultCodes.Part, $"After its last part the file has '{more.Name}', which nobody signed.")
            : null;
    }

    // What the index says of itself; paths are names in the index only and never become paths of a disk.
    private static string? Check(BundleIndex index)
    {
        if (index.Parts.Count > MaxParts || index.Versions.Count > MaxParts)
            return $"It names more than {MaxParts} parts.";
        var parts = new Dictionary<string, BundlePart>(StringComparer.Ordinal);
        foreach (var part in index.Parts)
        {
            if (part.Path.Length is 0 or > 100 || part.Size < 0 || part.Sha256.Length != 64 || !parts.TryAdd(part.Path, part))
                return $"The part '{part.Path}' is named twice, or wrongly.";
        }

        foreach (var version in index.Versions)
        {
            if (!parts.TryGetValue(version.Package, out var package) || package.Sha256 != version.Digest || (version.Signatures is { } path && !parts.ContainsKey(path)))
                return $"The parts of {version.Slug} {version.Version} are not among the parts.";
        }

        if (index.Advisories?.FirstOrDefault(one => !parts.ContainsKey(one.Path)) is { } missing)
            return $"The advisories '{missing.Path}' are not among the parts.";

        return null;
    }

    private static async Task<byte[]?> BytesAsync(TarReader tar, string path, int most, CancellationToken cancellationToken)
    {
        var entry = await tar.GetNextEntryAsync(copyData: false, cancellationToken);
        if (entry is null || entry.Name != path || entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || entry.Length > most || entry.DataStream is not { } data)
            return null;
        var bytes = new byte[entry.Length];
        await data.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    private static BundleReading No(string code, string reason) => new(null, null, new SignatureFault(code, reason));

    /// <summary>Hashes what is read through it.</summary>
    private sealed class HashedStream(Stream inner) : Stream
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public string Digest() => Convert.ToHexStringLower(_hash.GetHashAndReset());

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            _hash.AppendData(buffer.Span[..read]);
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = inner.Read(buffer, offset, count);
            _hash.AppendData(buffer, offset, read);
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _hash.Dispose();
            base.Dispose(disposing);
        }
    }
}

/// <summary>How reading a bundle ended.</summary>
/// <param name="Index">What it holds, when it is sound.</param>
/// <param name="SignedBy">The <c>kid</c> of the trusted key that signed it.</param>
/// <param name="Fault">Why it is refused, or <see langword="null"/>.</param>
public sealed record BundleReading(BundleIndex? Index, string? SignedBy, SignatureFault? Fault);

/// <summary>Why a bundle is refused.</summary>
public static class BundleFaultCodes
{
    /// <summary>It is no bundle, or ends too early.</summary>
    public const string Form = "bundle.form";

    /// <summary>No key that is trusted signed it, or not these bytes.</summary>
    public const string Signature = "bundle.signature";

    /// <summary>The index is signed and cannot be used.</summary>
    public const string Index = "bundle.index";

    /// <summary>An entry is not the one that the index names.</summary>
    public const string Part = "bundle.part";

    /// <summary>A part is too large.</summary>
    public const string Size = "bundle.size";
}
