using System.Text;

namespace Berth.Packaging.Scanning;

/// <summary>A file on the table, of the package or of an archive inside it.</summary>
/// <param name="path">The path; nested with <c>!</c>.</param>
/// <param name="sha256">64 lower-case hexadecimal digits, where known.</param>
/// <param name="bytes">Its bytes, valid during the look.</param>
/// <param name="isWhole">Whether they are all.</param>
/// <param name="depth">How many archives it lies in.</param>
internal sealed class ScannedFile(string path, string? sha256, ReadOnlyMemory<byte> bytes, bool isWhole, int depth)
{
    private string? _text;
    private bool _isTextTried;

    public string Path => path;

    public string? Sha256 => sha256;

    public ReadOnlyMemory<byte> Bytes => bytes;

    public ReadOnlySpan<byte> Span => bytes.Span;

    public bool IsWhole => isWhole;

    public int Depth => depth;

    /// <summary>The name's end, lower-case, with the dot.</summary>
    public string Extension { get; } = System.IO.Path.GetExtension(path).ToLowerInvariant();

    /// <summary>The last segment of the path.</summary>
    public string Name { get; } = path[(path.LastIndexOfAny(['/', '!']) + 1)..];

    /// <summary>The file as text, or <see langword="null"/> when it is none: bytes that are neither UTF-8 nor marked as UTF-16.</summary>
    public string? Text
    {
        get
        {
            if (!_isTextTried)
            {
                _isTextTried = true;
                _text = Decode(isLenient: false);
            }

            return _text;
        }
    }

    /// <summary>The file as text, whatever it is: what is not UTF-8 is replaced.</summary>
    public string ForcedText => Text ?? Decode(isLenient: true)!;

    /// <summary>This file's path with something inside it.</summary>
    public string Inside(string inner) => $"{path}!{inner}";

    private string? Decode(bool isLenient)
    {
        var span = bytes.Span;
        if (span.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]))
            return Encoding.Unicode.GetString(span[2..]);
        if (span.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
            return Encoding.BigEndianUnicode.GetString(span[2..]);
        if (span.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            span = span[3..];
        if (isLenient)
            return Encoding.UTF8.GetString(span);
        // Pictures, fonts and machine code have a zero soon.
        if (span[..Math.Min(span.Length, 8192)].Contains((byte)0))
            return null;
        return System.Text.Unicode.Utf8.IsValid(span) ? Encoding.UTF8.GetString(span) : LatinText(span);
    }

    // Old files in Windows code pages are text all the same; what has many control characters is not.
    private static string? LatinText(ReadOnlySpan<byte> span)
    {
        var controls = 0;
        foreach (var value in span[..Math.Min(span.Length, 8192)])
            controls += value < 0x20 && value is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f') ? 1 : 0;
        return controls > Math.Min(span.Length, 8192) / 100 ? null : Encoding.Latin1.GetString(span);
    }
}
