using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Berth.Server.Auth;

/// <summary>
/// Opaque tokens: a prefix that secret scanners recognise, then 32 random bytes in base64url. At rest only their SHA-256
/// is kept: with 256 bits of entropy no slow hash is needed.
/// </summary>
public static class AccessToken
{
    /// <summary>Prefix of personal access tokens.</summary>
    public const string PersonalPrefix = "berth_pat_";

    /// <summary>Prefix of browser sessions.</summary>
    public const string SessionPrefix = "berth_ses_";

    /// <summary>A fresh token.</summary>
    public static string Create(string prefix) => prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>What is kept of a token: SHA-256 of its UTF-8 bytes, lower-case hexadecimal.</summary>
    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
