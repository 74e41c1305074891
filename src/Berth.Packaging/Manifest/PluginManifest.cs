using System.Text.Json;
using Berth.Packaging.Versioning;

namespace Berth.Packaging.Manifest;

/// <summary>A plugin's <c>plugin.json</c>, validated.</summary>
public sealed record PluginManifest
{
    /// <summary>The slug.</summary>
    public required string Name { get; init; }

    /// <summary>The version.</summary>
    public required SemanticVersion Version { get; init; }

    /// <summary>The name people read; the slug when the manifest has none.</summary>
    public required string DisplayName { get; init; }

    /// <summary>What the plugin does.</summary>
    public string? Description { get; init; }

    /// <summary>Who wrote it.</summary>
    public string? Author { get; init; }

    /// <summary>An SPDX licence expression.</summary>
    public string? License { get; init; }

    /// <summary>The plugin's page.</summary>
    public string? Homepage { get; init; }

    /// <summary>Where the source is.</summary>
    public string? Repository { get; init; }

    /// <summary>Search words.</summary>
    public IReadOnlyList<string> Keywords { get; init; } = [];

    /// <summary>The category in the catalogue.</summary>
    public string? Category { get; init; }

    /// <summary>A path in the package, or an icon name.</summary>
    public string? Icon { get; init; }

    /// <summary>Frontend, backend or both; derived from the sections present when the manifest is silent.</summary>
    public required PluginType Type { get; init; }

    /// <summary>Which host versions it runs on (<c>engines.berth</c>); any when absent.</summary>
    public VersionRange? Engine { get; init; }

    /// <summary>Plugins it needs, by slug.</summary>
    public IReadOnlyDictionary<string, VersionRange> Dependencies { get; init; } = new Dictionary<string, VersionRange>();

    /// <summary>Plugins it uses when present, by slug.</summary>
    public IReadOnlyDictionary<string, VersionRange> OptionalDependencies { get; init; } = new Dictionary<string, VersionRange>();

    /// <summary>Plugins it cannot be installed with, by slug.</summary>
    public IReadOnlyDictionary<string, VersionRange> Conflicts { get; init; } = new Dictionary<string, VersionRange>();

    /// <summary>Ties in the load order are broken by this, lowest first.</summary>
    public int LoadOrder { get; init; } = 100;

    /// <summary>Whether the host's start fails with this plugin.</summary>
    public bool Critical { get; init; }

    /// <summary>The front end, if there is one.</summary>
    public FrontendManifest? Frontend { get; init; }

    /// <summary>The server-side module, if there is one.</summary>
    public ModuleManifest? Module { get; init; }

    /// <summary>The JSON Schema of the user's settings, if there is one.</summary>
    public JsonElement? Config { get; init; }

    /// <summary>Capabilities, sandbox and hints.</summary>
    public SecurityManifest Security { get; init; } = new();

    /// <summary>The <c>optimization</c> member, as written.</summary>
    public JsonElement? Optimization { get; init; }

    /// <summary><c>optimization.caching.ttl</c>: how long a host may believe what it found out about this version, if it says.</summary>
    public TimeSpan? CachingTimeToLive { get; init; }

    /// <summary>The <c>events</c> member, as written.</summary>
    public JsonElement? Events { get; init; }

    /// <summary>Which of its own lifecycle hooks run (<c>events.lifecycle</c>).</summary>
    public LifecycleHooksManifest Hooks { get; init; } = new();

    /// <summary>Time budgets and the circuit breaker.</summary>
    public MonitoringManifest Monitoring { get; init; } = new();

    /// <summary>The whole manifest, as written.</summary>
    public JsonElement Json { get; init; }
}

/// <summary>What a plugin consists of.</summary>
public enum PluginType
{
    /// <summary>Files for the browser only.</summary>
    Frontend,

    /// <summary>Server-side code only.</summary>
    Backend,

    /// <summary>Both.</summary>
    Fullstack,
}
