using System.Collections.Frozen;

namespace Berth;

/// <summary>
/// What a guard may look at: data about the request, never the request itself, so that a guard of another plugin sees the
/// same wherever it runs.
/// </summary>
public sealed record GuardContext
{
    /// <summary>The guard's name.</summary>
    public required string Guard { get; init; }

    /// <summary>The slug of the plugin whose endpoint is asked for; for an exported guard that is another plugin than its own.</summary>
    public required string Plugin { get; init; }

    /// <summary>That plugin's version.</summary>
    public required string PluginVersion { get; init; }

    /// <summary>The caller.</summary>
    public required IPluginUser User { get; init; }

    /// <summary>The caller's roles in the application.</summary>
    public IReadOnlyCollection<string> Roles => User.Roles;

    /// <summary>The HTTP method.</summary>
    public required string Method { get; init; }

    /// <summary>The path below <c>/p/{slug}</c>.</summary>
    public required string Path { get; init; }

    /// <summary>The pattern of the matched route, for example <c>/notes/{id}</c>.</summary>
    public string Route { get; init; } = "";

    /// <summary>The values of the matched route.</summary>
    public IReadOnlyDictionary<string, string?> RouteValues { get; init; } = FrozenDictionary<string, string?>.Empty;

    /// <summary>The capabilities in force for this call: declared, permitted by the trust level, and granted by the caller.</summary>
    public IReadOnlySet<string> Capabilities { get; init; } = FrozenSet<string>.Empty;
}
