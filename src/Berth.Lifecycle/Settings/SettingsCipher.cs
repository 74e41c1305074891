using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.Settings;

/// <summary>
/// Seals secrets with AES-256-GCM (NIST SP 800-38D), a random nonce each, and the installation and the pointer as associated
/// data: a ciphertext that is copied to another user, plugin or setting does not open there.
/// </summary>
internal sealed partial class SettingsCipher(SettingsKeys keys, ILogger<SettingsCipher> logger)
{
    private const string Form = "1";
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <summary>The ciphertext: form, key id, and nonce, tag and bytes in base64url.</summary>
    public async ValueTask<string> SealAsync(string pluginId, string pointer, string text, CancellationToken cancellationToken)
    {
        var key = await keys.CurrentAsync(cancellationToken);
        var plain = Encoding.UTF8.GetBytes(text);
        var bytes = new byte[NonceBytes + TagBytes + plain.Length];
        RandomNumberGenerator.Fill(bytes.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(key.Material, TagBytes);
        aes.Encrypt(
            bytes.AsSpan(0, NonceBytes), plain, bytes.AsSpan(NonceBytes + TagBytes), bytes.AsSpan(NonceBytes, TagBytes), Belonging(pluginId, pointer));
        return string.Create(CultureInfo.InvariantCulture, $"{Form}.{key.Kid}.{Base64Url.EncodeToString(bytes)}");
    }

    /// <summary>The text, or <see langword="null"/> when the key is gone or the ciphertext is not this setting's.</summary>
    public string? TryOpen(string pluginId, string pointer, string cipherText)
    {
        var parts = cipherText.Split('.');
        if (parts is [Form, var kid, var encoded] && long.TryParse(kid, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            && keys.Find(id) is { } key && Base64Url.IsValid(encoded, out var length) && length >= NonceBytes + TagBytes)
        {
            try
            {
                var bytes = Base64Url.DecodeFromChars(encoded);
                var plain = new byte[bytes.Length - NonceBytes - TagBytes];
                using var aes = new AesGcm(key.Material, TagBytes);
                aes.Decrypt(
                    bytes.AsSpan(0, NonceBytes), bytes.AsSpan(NonceBytes + TagBytes), bytes.AsSpan(NonceBytes, TagBytes), plain, Belonging(pluginId, pointer));
                return Encoding.UTF8.GetString(plain);
            }
            catch (CryptographicException)
            {
                // Somebody else's, or damaged: the same to the plugin as one that was never set.
            }
        }

        LogClosed(pluginId, pointer);
        return null;
    }

    private static byte[] Belonging(string pluginId, string pointer) => Encoding.UTF8.GetBytes($"berth.settings.{Form}\0{pluginId}\0{pointer}");

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The secret {Pointer} of {Installation} cannot be opened; the plugin sees it as not set. Its user has to set it again")]
    private partial void LogClosed(string installation, string pointer);
}
