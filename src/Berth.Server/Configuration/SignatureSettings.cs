using Berth.Packaging.Signing;
using Berth.Registry.Trust;

namespace Berth.Server.Configuration;

/// <summary>Reads the settings about signatures.</summary>
internal static class SignatureSettings
{
    /// <summary>The keys of a JWK set; each counts under its thumbprint.</summary>
    public static IReadOnlyList<VerificationKey> KeysOf(string path)
    {
        KeyReading<JsonWebKeySet> reading;
        try
        {
            using var file = File.OpenRead(path);
            var bytes = new byte[JsonWebKeySet.MaxBytes + 1];
            reading = JsonWebKeySet.Read(bytes.AsMemory(0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BerthSettingsException($"{BerthSettingNames.TrustedKeys}: the file '{path}' cannot be read.");
        }

        return reading.Key is { Keys.Count: > 0 } set
            ? [.. set.Keys.Values]
            : throw new BerthSettingsException($"{BerthSettingNames.TrustedKeys}: '{path}' holds no key that can be used. {reading.Fault?.Reason ?? "It is a JWK set of RSA or EC keys with 'kid'."}");
    }

    /// <summary>Trust levels.</summary>
    public static IReadOnlyList<string> LevelsOf(string? text, string setting = BerthSettingNames.SignedLevels)
    {
        var levels = (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return levels.FirstOrDefault(level => !TrustLevels.All.Contains(level)) is { } unknown
            ? throw new BerthSettingsException($"{setting}: '{unknown}' is not one of {string.Join(", ", TrustLevels.All)}.")
            : levels;
    }
}
