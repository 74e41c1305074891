using System.Security.Cryptography;
using System.Text;
using Berth.Packaging.Archive;

namespace Berth.Server.Auth;

/// <summary>
/// Opaque tokens that secret scanners recognise without asking anybody: a prefix, 43 random letters and digits, and six more
/// with the CRC-32 of all before them. At rest only their SHA-256 is kept: with 256 bits of entropy no slow hash is needed.
/// </summary>
/// <remarks>
/// The checksum is for scanners, not for the server: tokens of other forms, such as an administrator's own from the settings,
/// work as well. Letters and digits alone, so that a double click takes the whole token.
/// </remarks>
public static class AccessToken
{
    /// <summary>Prefix of personal access tokens.</summary>
    public const string PersonalPrefix = "berth_pat_";

    /// <summary>Prefix of browser sessions.</summary>
    public const string SessionPrefix = "berth_ses_";

    /// <summary>Prefix of the publish tokens of continuous integration.</summary>
    public const string IntegrationPrefix = "berth_ci_";

    /// <summary>What tokens look like, for the rules of secret scanners.</summary>
    public const string Pattern = @"\bberth_(?:pat|ses|ci)_[0-9A-Za-z]{49}\b";

    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int RandomLength = 43;
    private const int ChecksumLength = 6;

    /// <summary>A fresh token.</summary>
    public static string Create(string prefix)
    {
        var text = prefix + RandomNumberGenerator.GetString(Alphabet, RandomLength);
        return text + Checksum(text);
    }

    /// <summary>Whether the end of a token is the checksum of the rest.</summary>
    public static bool HasChecksum(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return token.Length > ChecksumLength && string.Equals(token[^ChecksumLength..], Checksum(token[..^ChecksumLength]), StringComparison.Ordinal);
    }

    /// <summary>What is kept of a token: SHA-256 of its UTF-8 bytes, lower-case hexadecimal.</summary>
    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    private static string Checksum(string text) => string.Create(ChecksumLength, Crc32.Compute(Encoding.UTF8.GetBytes(text)), static (digits, crc) =>
    {
        for (var i = digits.Length - 1; i >= 0; i--)
            (digits[i], crc) = (Alphabet[(int)(crc % (uint)Alphabet.Length)], crc / (uint)Alphabet.Length);
    });
}
