using Berth.Packaging.Versioning;

namespace Berth.Packaging.Manifest;

/// <summary>The manifest's <c>module</c> member: the server-side code.</summary>
public sealed record ModuleManifest
{
    /// <summary>
    /// The path of the main assembly in the package, for example <c>lib/net10.0/Notes.dll</c>; or of the JavaScript module or
    /// the WebAssembly program that the isolation level <c>vm</c> runs, for example <c>vm/main.mjs</c>.
    /// </summary>
    public required string Assembly { get; init; }

    /// <summary>Whether the code is no .NET assembly but what the isolation level <c>vm</c> runs: it runs there alone.</summary>
    public bool IsForVm => Assembly.StartsWith("vm/", StringComparison.Ordinal);

    /// <summary>Names of controllers.</summary>
    public IReadOnlyList<string> Controllers { get; init; } = [];

    /// <summary>Names of providers.</summary>
    public IReadOnlyList<string> Providers { get; init; } = [];

    /// <summary>Names it exports.</summary>
    public IReadOnlyList<string> Exports { get; init; } = [];

    /// <summary>Names it imports.</summary>
    public IReadOnlyList<string> Imports { get; init; } = [];

    /// <summary>The full type name of the lifecycle manager; found by type when absent.</summary>
    public string? LifecycleManager { get; init; }

    /// <summary>Paths of contract assemblies in the package.</summary>
    public IReadOnlyList<string> Contracts { get; init; } = [];

    /// <summary>Guards.</summary>
    public IReadOnlyList<GuardManifest> Guards { get; init; } = [];

    /// <summary>Services offered to other plugins.</summary>
    public IReadOnlyList<CrossPluginServiceManifest> CrossPluginServices { get; init; } = [];

    /// <summary>Services used from other plugins.</summary>
    public IReadOnlyList<ConsumedServiceManifest> Consumes { get; init; } = [];
}

/// <summary>One entry of <c>module.guards</c>.</summary>
/// <param name="Name">Unique in the plugin.</param>
/// <param name="Class">The type name, for a local guard.</param>
/// <param name="Scope"><c>local</c> or <c>external</c>.</param>
/// <param name="Source">The providing plugin's slug, for an external guard.</param>
/// <param name="Exported">Whether other plugins may use it.</param>
/// <param name="Dependencies">Guards that run first.</param>
public sealed record GuardManifest(string Name, string? Class, string Scope, string? Source, bool Exported, IReadOnlyList<string> Dependencies);

/// <summary>One entry of <c>module.crossPluginServices</c>.</summary>
public sealed record CrossPluginServiceManifest(
    string ServiceName, string Token, string? Contract, bool Global, string? Description, IReadOnlyList<string> Capabilities, SemanticVersion? Version)
{
    /// <summary>The slugs of the plugins that may use it when it is not global.</summary>
    public IReadOnlyList<string> Allow { get; init; } = [];
}

/// <summary>One entry of <c>module.consumes</c>.</summary>
public sealed record ConsumedServiceManifest(string Token, string From, VersionRange? Range, bool Optional);
