using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Berth.Packaging.Bundles;
using Berth.Registry.Advisories;

namespace Berth.Registry.Mirroring;

/// <summary>
/// All advisories of a registry as parts of a bundle: ZIPs, one after another in a file that goes with its handle, because the
/// index names the digest of each before any is written, and what is imported meanwhile must not change them.
/// </summary>
internal sealed class BundledAdvisories : IAsyncDisposable
{
    private const int PageSize = 200;
    private const int MostBytes = 16 * 1024 * 1024;
    private const int MostDocuments = 20_000;

    private readonly FileStream _file = new(
        Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
    private readonly Dictionary<string, long> _places = new(StringComparer.Ordinal);
    private readonly List<BundleAdvisories> _index = [];
    private readonly List<BundlePart> _parts = [];

    private BundledAdvisories()
    {
    }

    /// <summary>The parts, as the index names them.</summary>
    public IReadOnlyList<BundlePart> Parts => _parts;

    /// <summary>The same, with how many advisories are in each.</summary>
    public IReadOnlyList<BundleAdvisories> Index => _index;

    /// <summary>Takes them from the registry.</summary>
    public static async Task<BundledAdvisories> TakeAsync(IAdvisories advisories, CancellationToken cancellationToken)
    {
        var bundled = new BundledAdvisories();
        try
        {
            await bundled.FillAsync(advisories, cancellationToken);
            return bundled;
        }
        catch
        {
            await bundled.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens a part; <see langword="null"/> when it is none of these.</summary>
    public async Task<Stream?> OpenAsync(BundlePart part, CancellationToken cancellationToken)
    {
        if (!_places.TryGetValue(part.Path, out var place))
            return null;
        var bytes = new byte[part.Size];
        _file.Position = place;
        await _file.ReadExactlyAsync(bytes, cancellationToken);
        return new MemoryStream(bytes);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private async Task FillAsync(IAdvisories advisories, CancellationToken cancellationToken)
    {
        var documents = new List<byte[]>();
        var bytes = 0L;
        string? last = null;
        while (await advisories.DocumentsAsync(last, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            last = page[^1].Id;
            foreach (var document in page.Select(one => Encoding.UTF8.GetBytes(one.Document)))
            {
                documents.Add(document);
                bytes += document.Length;
            }

            if (bytes >= MostBytes || documents.Count >= MostDocuments)
            {
                await AddAsync(documents, cancellationToken);
                documents.Clear();
                bytes = 0;
            }
        }

        if (documents.Count > 0)
            await AddAsync(documents, cancellationToken);
    }

    private async Task AddAsync(List<byte[]> documents, CancellationToken cancellationToken)
    {
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (var i = 0; i < documents.Count; i++)
            {
                // Numbers, not ids: those are other people's texts.
                var entry = archive.CreateEntry(i.ToString("00000", CultureInfo.InvariantCulture) + ".json");
                entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
                await using var content = await entry.OpenAsync(cancellationToken);
                await content.WriteAsync(documents[i], cancellationToken);
            }
        }

        var bytes = zip.GetBuffer().AsMemory(0, (int)zip.Length);
        var part = new BundlePart($"advisories/{_parts.Count + 1}.zip", bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes.Span)));
        _places[part.Path] = _file.Length;
        _file.Position = _file.Length;
        await _file.WriteAsync(bytes, cancellationToken);
        _parts.Add(part);
        _index.Add(new BundleAdvisories(part.Path, documents.Count));
    }
}
