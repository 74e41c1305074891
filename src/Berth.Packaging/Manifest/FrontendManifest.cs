using System.Text.Json;

namespace Berth.Packaging.Manifest;

/// <summary>The manifest's <c>frontend</c> member.</summary>
public sealed record FrontendManifest
{
    /// <summary>The entry file in the package, for example <c>dist/remoteEntry.js</c>.</summary>
    public required string Entry { get; init; }

    /// <summary>The global the entry defines; the slug when absent.</summary>
    public required string Scope { get; init; }

    /// <summary>The units a user's page can show.</summary>
    public IReadOnlyList<FrontendModuleManifest> Modules { get; init; } = [];
}

/// <summary>One entry of <c>frontend.modules</c>. Open shapes are kept as written.</summary>
public sealed record FrontendModuleManifest
{
    /// <summary>Unique in the plugin.</summary>
    public required string Name { get; init; }

    /// <summary>The name people read; the module's name when absent.</summary>
    public required string DisplayName { get; init; }

    /// <summary>What the module shows.</summary>
    public string? Description { get; init; }

    /// <summary>An icon name or path.</summary>
    public string? Icon { get; init; }

    /// <summary>The module's category.</summary>
    public string? Category { get; init; }

    /// <summary>Search words.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Order among modules.</summary>
    public int Priority { get; init; }

    /// <summary>An object.</summary>
    public JsonElement? Props { get; init; }

    /// <summary>An object: field name → <c>{type, description, default, options, …}</c>.</summary>
    public JsonElement? ConfigFields { get; init; }

    /// <summary>An object.</summary>
    public JsonElement? Messages { get; init; }

    /// <summary>An object or array, as the front end reads it.</summary>
    public JsonElement? RequiredServices { get; init; }

    /// <summary>Names of other modules or libraries.</summary>
    public IReadOnlyList<string> Dependencies { get; init; } = [];

    /// <summary>An object.</summary>
    public JsonElement? Layout { get; init; }
}
