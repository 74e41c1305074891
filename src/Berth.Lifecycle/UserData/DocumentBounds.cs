using System.Text;
using System.Text.Json;

namespace Berth.Lifecycle.UserData;

/// <summary>What a key and a document may be.</summary>
internal static class DocumentBounds
{
    public const int MaxKeyLength = 256;
    public const int MaxDocumentBytes = 1024 * 1024;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether the text may be a key.</summary>
    /// <exception cref="ArgumentException">The key is out of bounds.</exception>
    public static void CheckKey(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Length is 0 or > MaxKeyLength)
            throw new ArgumentException($"A key has 1 to {MaxKeyLength} characters; this one has {key.Length}.", nameof(key));
        if (key.Contains('\0') || ByteCount(key) < 0)
            throw new ArgumentException("A key is Unicode text without NUL.", nameof(key));
    }

    /// <summary>Whether the text may be a document.</summary>
    /// <exception cref="ArgumentException">The document is out of bounds or no JSON.</exception>
    public static void CheckDocument(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        var bytes = ByteCount(json);
        if (bytes < 0)
            throw new ArgumentException("The document is no Unicode text.", nameof(json));
        if (bytes > MaxDocumentBytes)
            throw new ArgumentException($"A document has at most {MaxDocumentBytes} bytes of UTF-8; this one has {bytes}. Split it over several keys.", nameof(json));
        try
        {
            var reader = new Utf8JsonReader(Strict.GetBytes(json));
            while (reader.Read())
            {
                // Reading to the end is the check.
            }
        }
        catch (JsonException exception)
        {
            throw new ArgumentException($"The document is no JSON: {exception.Message}", nameof(json), exception);
        }
    }

    private static int ByteCount(string text)
    {
        try
        {
            return Strict.GetByteCount(text);
        }
        catch (EncoderFallbackException)
        {
            return -1;
        }
    }
}
