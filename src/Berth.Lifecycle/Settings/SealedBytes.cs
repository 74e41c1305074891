using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;

namespace Berth.Lifecycle.Settings;

/// <summary>
/// The one form of what is sealed or signed under a key of the server: form, the key's id, and the bytes in base64url. Sealed bytes are
/// nonce, tag and ciphertext of AES-256-GCM (NIST SP 800-38D), with a random nonce each.
/// </summary>
internal static class SealedBytes
{
    /// <summary>The first part of the text.</summary>
    public const string Form = "1";

    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <summary>Seals.</summary>
    /// <param name="key">32 bytes.</param>
    /// <param name="plain">What to seal.</param>
    /// <param name="belonging">What the ciphertext belongs to: it opens with the same alone.</param>
    public static byte[] Seal(byte[] key, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> belonging)
    {
        var bytes = new byte[NonceBytes + TagBytes + plain.Length];
        RandomNumberGenerator.Fill(bytes.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(bytes.AsSpan(0, NonceBytes), plain, bytes.AsSpan(NonceBytes + TagBytes), bytes.AsSpan(NonceBytes, TagBytes), belonging);
        return bytes;
    }

    /// <summary>Opens; <see langword="null"/> for what was sealed with another key, belongs to something else, or is damaged.</summary>
    public static byte[]? TryOpen(byte[] key, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> belonging)
    {
        if (bytes.Length < NonceBytes + TagBytes)
            return null;
        var plain = new byte[bytes.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(key, TagBytes);
        try
        {
            aes.Decrypt(bytes[..NonceBytes], bytes[(NonceBytes + TagBytes)..], bytes[NonceBytes..(NonceBytes + TagBytes)], plain, belonging);
            return plain;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>As text.</summary>
    public static string Write(long kid, ReadOnlySpan<byte> bytes) => string.Create(CultureInfo.InvariantCulture, $"{Form}.{kid}.{Base64Url.EncodeToString(bytes)}");

    /// <summary>Reads what <see cref="Write"/> gave.</summary>
    public static bool TryRead(string text, out long kid, [NotNullWhen(true)] out byte[]? bytes)
    {
        (kid, bytes) = (0, null);
        if (text.Split('.') is not [Form, var id, var encoded] || !long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out kid) || !Base64Url.IsValid(encoded))
            return false;
        bytes = Base64Url.DecodeFromChars(encoded);
        return true;
    }
}
