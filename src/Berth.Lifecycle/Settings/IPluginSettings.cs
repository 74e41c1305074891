using System.Text.Json;
using Berth.Lifecycle.Installations;

namespace Berth.Lifecycle.Settings;

/// <summary>Reads a user's settings for the user: everything but the secrets.</summary>
public interface IPluginSettings
{
    /// <summary>The settings of an installation under the schema of the version in force.</summary>
    Task<PluginSettings> ReadAsync(InstalledPlugin plugin, CancellationToken cancellationToken = default);
}

/// <summary>What the user may read of the settings.</summary>
/// <param name="Config">In force: what the user set, and the defaults for the rest. No secrets.</param>
/// <param name="Own">What the user set. No secrets.</param>
/// <param name="Schema">The manifest's <c>config</c>; <see langword="null"/> when the plugin has no settings or its files are gone.</param>
/// <param name="Secrets">JSON pointer of each secret → whether it is set.</param>
public sealed record PluginSettings(JsonElement Config, JsonElement Own, JsonElement? Schema, IReadOnlyDictionary<string, bool> Secrets);
