using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace Berth.Packaging.Signing;

/// <summary>Base64url as RFC 7515 section 2 wants it: no padding, no white space, and one spelling only for the same bytes.</summary>
public static class StrictBase64Url
{
    /// <summary>The text of the bytes.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    /// <summary>Reads the bytes. The framework's reader lets padding, white space and stray low bits through, this one does not.</summary>
    public static bool TryDecode(string text, [NotNullWhen(true)] out byte[]? bytes)
    {
        ArgumentNullException.ThrowIfNull(text);
        bytes = null;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))
                return false;
        }

        if (text.Length % 4 == 1)
            return false;
        var decoded = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        // Two or four low bits of the last character mean nothing: with them set, two texts would be the same signature.
        if (Base64Url.DecodeFromChars(text, decoded, out _, out var length) != OperationStatus.Done || Encode(decoded.AsSpan(0, length)) != text)
            return false;
        bytes = decoded[..length];
        return true;
    }
}
