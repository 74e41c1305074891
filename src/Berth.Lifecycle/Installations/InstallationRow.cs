using System.Collections.Frozen;
using System.Text.Json;
using Berth.Lifecycle.Settings;

namespace Berth.Lifecycle.Installations;

/// <summary>A row of <c>plugin</c> as read. Integers are 64 bit.</summary>
internal sealed record InstallationRow(
    string Id, string UserId, string PluginSlug, string Version, string Digest, long Enabled, string Config, string Granted,
    long Generation, string? PreviousVersion, string? PreviousDigest, long? PreviousGeneration, long CreatedAt, long UpdatedAt,
    string Secrets = "{}", string? PreviousConfig = null, string? PreviousSecrets = null,
    string? Pinned = null, string Channel = InstalledPlugin.StableChannel, long AllowsVariant = 1)
{
    private const string NoCapabilities = "[]";
    private const string NoSettings = "{}";

    /// <summary>
    /// The snapshot. Slugs, versions and digests are shared by all users of a version, so one string object serves them
    /// all: memory follows the number of versions, not of users.
    /// </summary>
    public InstalledPlugin ToSnapshot(string userId) => new()
    {
        PluginId = Id,
        UserId = userId,
        Slug = string.Intern(PluginSlug),
        Version = string.Intern(Version),
        Digest = string.Intern(Digest),
        Enabled = Enabled != 0,
        Generation = Generation,
        PreviousVersion = PreviousVersion is null ? null : string.Intern(PreviousVersion),
        PreviousDigest = PreviousDigest is null ? null : string.Intern(PreviousDigest),
        PreviousGeneration = PreviousGeneration,
        GrantedJson = Shared(Granted),
        Granted = ReadGranted(Granted),
        ConfigJson = Config is NoSettings ? NoSettings : Config,
        Pinned = Pinned,
        Channel = string.Intern(Channel),
        AllowsVariant = AllowsVariant != 0,
        SecretsJson = Secrets is NoSettings ? NoSettings : Secrets,
        PreviousSettings = PreviousConfig is null ? null
            : PreviousConfig is NoSettings && PreviousSecrets is null or NoSettings ? StoredSettings.None : new StoredSettings(PreviousConfig, PreviousSecrets ?? NoSettings),
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
        UpdatedAt = DateTimeOffset.FromUnixTimeMilliseconds(UpdatedAt),
    };

    public static IReadOnlySet<string> ReadGranted(string json) =>
        json is NoCapabilities
            ? FrozenSet<string>.Empty
            : (JsonSerializer.Deserialize(json, LifecycleJson.Default.StringArray) ?? []).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>One string object for all users who grant nothing, who are most.</summary>
    public static string Shared(string granted) => granted is NoCapabilities ? NoCapabilities : granted;

    public static string WriteGranted(IReadOnlyCollection<string> granted) =>
        granted.Count == 0 ? NoCapabilities : JsonSerializer.Serialize([.. granted.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)], LifecycleJson.Default.StringArray);
}
