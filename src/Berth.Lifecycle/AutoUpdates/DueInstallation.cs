using System.Collections.Frozen;
using System.Text.Json;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations;

namespace Berth.Lifecycle.AutoUpdates;

/// <summary>An installation that a round looks at: what is in force, and what became of the version considered last.</summary>
internal sealed record DueInstallation(
    string PluginId, string UserId, string PluginSlug, string Username, string Roles,
    string Version, string Digest, long Generation, string? Pinned, string Channel, string? PreviousVersion, long UpdatedAt,
    long Since, string State, string? Considered, string? Code, long Attempts, long NextAt)
{
    /// <summary>Who asks for automatic updates, in the audit.</summary>
    public const string Actor = "automatic-update";

    /// <summary>The user for whom it is updated; the audit says that nobody asked.</summary>
    public OperationCaller Caller => new(UserId, Username, JsonSerializer.Deserialize(Roles, LifecycleJson.Default.StringArray) ?? [], Actor);

    /// <summary>As much of the installation as says which versions it may come to.</summary>
    public InstalledPlugin Plugin => new()
    {
        PluginId = PluginId,
        UserId = UserId,
        Slug = PluginSlug,
        Version = Version,
        Digest = Digest,
        Enabled = true,
        Generation = Generation,
        PreviousVersion = PreviousVersion,
        Pinned = Pinned,
        Channel = Channel,
        Granted = FrozenSet<string>.Empty,
        ConfigJson = "{}",
        CreatedAt = DateTimeOffset.UnixEpoch,
        UpdatedAt = DateTimeOffset.FromUnixTimeMilliseconds(UpdatedAt),
    };
}
