using System.Text.Json.Serialization;

namespace Berth.Cli.Profiles;

/// <summary>The content of <c>config.json</c>: no secrets.</summary>
internal sealed record ProfileConfig
{
    /// <summary>The version of this file's shape.</summary>
    [JsonPropertyName("schemaVersion")]
    public int SchemaVersion { get; init; } = 1;

    /// <summary>The profile in use when neither <c>--profile</c> nor <c>BERTH_PROFILE</c> names one.</summary>
    public string Profile { get; init; } = "default";

    /// <summary>Profiles by name.</summary>
    public Dictionary<string, Profile> Profiles { get; init; } = [];
}

/// <summary>Where a profile's commands go.</summary>
/// <param name="Server">Address of the host.</param>
internal sealed record Profile(string? Server);

/// <summary>The content of <c>credentials.json</c>, readable by its owner alone.</summary>
internal sealed record Credentials
{
    /// <summary>The version of this file's shape.</summary>
    [JsonPropertyName("schemaVersion")]
    public int SchemaVersion { get; init; } = 1;

    /// <summary>Tokens by profile.</summary>
    public Dictionary<string, Credential> Tokens { get; init; } = [];
}

/// <summary>A token and the only server that may see it.</summary>
/// <param name="Server">Address of the host that gave it.</param>
/// <param name="Token">The token.</param>
/// <param name="Username">Whose it is, for messages.</param>
/// <param name="FromSignIn">Whether signing in made it, so that signing out may end it.</param>
internal sealed record Credential(string Server, string Token, string? Username, bool FromSignIn);
