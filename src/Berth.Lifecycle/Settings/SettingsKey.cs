namespace Berth.Lifecycle.Settings;

/// <summary>A key of the server that seals secrets.</summary>
/// <param name="Kid">Stands in each ciphertext, so that a key can be replaced while the old one still opens.</param>
/// <param name="Material">32 bytes.</param>
/// <param name="CreatedAt">When it was made.</param>
internal sealed record SettingsKey(long Kid, byte[] Material, DateTimeOffset CreatedAt);
