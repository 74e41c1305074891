using System.Text;
using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.Settings;

/// <summary>
/// Seals secrets (<see cref="SealedBytes"/>) with the installation and the pointer as what they belong to: a ciphertext that is copied
/// to another user, plugin or setting does not open there.
/// </summary>
internal sealed partial class SettingsCipher(SettingsKeys keys, ILogger<SettingsCipher> logger)
{
    /// <summary>The ciphertext, in the form of <see cref="SealedBytes"/>.</summary>
    public async ValueTask<string> SealAsync(string pluginId, string pointer, string text, CancellationToken cancellationToken)
    {
        var key = await keys.CurrentAsync(cancellationToken);
        return SealedBytes.Write(key.Kid, SealedBytes.Seal(key.Material, Encoding.UTF8.GetBytes(text), Belonging(pluginId, pointer)));
    }

    /// <summary>The text, or <see langword="null"/> when the key is gone or the ciphertext is not this setting's.</summary>
    public string? TryOpen(string pluginId, string pointer, string cipherText)
    {
        if (SealedBytes.TryRead(cipherText, out var kid, out var bytes) && keys.Find(kid) is { } key
            && SealedBytes.TryOpen(key.Material, bytes, Belonging(pluginId, pointer)) is { } plain)
        {
            return Encoding.UTF8.GetString(plain);
        }

        // Somebody else's, or damaged: the same to the plugin as one that was never set.
        LogClosed(pluginId, pointer);
        return null;
    }

    private static byte[] Belonging(string pluginId, string pointer) => Encoding.UTF8.GetBytes($"berth.settings.{SealedBytes.Form}\0{pluginId}\0{pointer}");

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The secret {Pointer} of {Installation} cannot be opened; the plugin sees it as not set. Its user has to set it again")]
    private partial void LogClosed(string installation, string pointer);
}
