using System.Security.Cryptography;
using System.Text;
using Berth.Lifecycle.Settings;

namespace Berth.Lifecycle.UserData;

/// <summary>
/// Keys of one installation, derived (HKDF, RFC 5869) from the server's keys for its id and its purpose: AES-256-GCM to seal, HMAC-SHA-256 to
/// sign. The id of the server's key stands in front, so that an older one goes on opening what it sealed.
/// </summary>
internal sealed class InstallationCrypto(SettingsKeys keys, string pluginId) : IPluginCrypto
{
    private const int KeyBytes = 32;

    public async Task<string> SealAsync(string text, CancellationToken cancellationToken = default)
    {
        var key = await keys.CurrentAsync(cancellationToken);
        return SealedBytes.Write(key.Kid, SealedBytes.Seal(Derive(key, "seal"), Encoding.UTF8.GetBytes(text), belonging: default));
    }

    public async Task<string?> OpenAsync(string sealedText, CancellationToken cancellationToken = default) =>
        await ReadAsync(sealedText, cancellationToken) is var (key, bytes) && SealedBytes.TryOpen(Derive(key, "seal"), bytes, belonging: default) is { } plain
            ? Encoding.UTF8.GetString(plain)
            : null;

    public async Task<string> SignAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default)
    {
        var key = await keys.CurrentAsync(cancellationToken);
        return SealedBytes.Write(key.Kid, HMACSHA256.HashData(Derive(key, "sign"), data.Span));
    }

    public async Task<bool> VerifyAsync(ReadOnlyMemory<byte> data, string signature, CancellationToken cancellationToken = default) =>
        await ReadAsync(signature, cancellationToken) is var (key, bytes) && CryptographicOperations.FixedTimeEquals(bytes, HMACSHA256.HashData(Derive(key, "sign"), data.Span));

    private byte[] Derive(SettingsKey key, string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key.Material, KeyBytes, info: Encoding.UTF8.GetBytes($"berth.plugin.{SealedBytes.Form}\0{purpose}\0{pluginId}"));

    // Ids are given one after another: what is far above the newest was never given, and is not looked for.
    private async ValueTask<(SettingsKey Key, byte[] Bytes)?> ReadAsync(string text, CancellationToken cancellationToken) =>
        SealedBytes.TryRead(text, out var id, out var bytes) && Math.Abs((await keys.CurrentAsync(cancellationToken)).Kid - id) < 1000 && keys.Find(id) is { } key
            ? (key, bytes)
            : null;
}
