using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Berth.Registry.Advisories;

/// <summary>The advisories in what was sent: one, an array, or a ZIP of them as OSV offers it. One is in memory at a time.</summary>
internal static class AdvisoryFiles
{
    private const int MaxBytes = 4 * 1024 * 1024;
    private const int MaxArrayBytes = 64 * 1024 * 1024;
    private const int MaxFiles = 2_000_000;

    /// <summary>Each advisory's bytes; <see langword="null"/> for one that is too large.</summary>
    public static async IAsyncEnumerable<byte[]?> ReadAsync(Stream content, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var start = content.Position;
        var head = new byte[4];
        var length = await content.ReadAtLeastAsync(head, 4, throwOnEndOfStream: false, cancellationToken);
        content.Position = start;
        if (length == 4 && head.AsSpan().SequenceEqual("PK\x03\x04"u8))
        {
            using var zip = new ZipArchive(content, ZipArchiveMode.Read, leaveOpen: true);
            if (zip.Entries.Count > MaxFiles)
                throw new InvalidDataException($"The archive has more than {MaxFiles} files.");
            foreach (var entry in zip.Entries.Where(entry => entry.FullName.EndsWith(".json", StringComparison.OrdinalIgnoreCase)))
            {
                await using var file = await entry.OpenAsync(cancellationToken);
                yield return await ReadAsync(file, MaxBytes, cancellationToken);
            }

            yield break;
        }

        var whole = await ReadAsync(content, MaxArrayBytes, cancellationToken) ?? throw new InvalidDataException("The document is larger than 64 MB; send a ZIP of single advisories.");
        foreach (var item in Items(whole))
            yield return item;
    }

    private static IReadOnlyList<byte[]> Items(byte[] whole)
    {
        try
        {
            using var document = JsonDocument.Parse(whole);
            return document.RootElement.ValueKind == JsonValueKind.Array ? [.. document.RootElement.EnumerateArray().Select(item => JsonSerializer.SerializeToUtf8Bytes(item))] : [whole];
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException("The content is neither JSON nor a ZIP archive.", exception);
        }
    }

    private static async Task<byte[]?> ReadAsync(Stream file, int maxBytes, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        var block = new byte[64 * 1024];
        int read;
        while ((read = await file.ReadAsync(block, cancellationToken)) > 0)
        {
            if (bytes.Length + read > maxBytes)
                return null;
            bytes.Write(block, 0, read);
        }

        return bytes.ToArray();
    }
}
