namespace Berth.Lifecycle.Tests.Migration;

/// <summary>What one user of the old system has of one plugin: rows, files, both, or half of it.</summary>
internal sealed record OldPlugin(string UserId, string Slug, string Version)
{
    /// <summary>Where its files lie.</summary>
    public OldPlace Place { get; init; } = OldPlace.Slug;

    /// <summary>The files; by default those that <see cref="OldPluginFiles"/> makes of slug and version.</summary>
    public IReadOnlyDictionary<string, byte[]>? Files { get; init; }

    public bool HasRow { get; init; } = true;

    public IReadOnlyList<string> Modules { get; init; } = ["Main", "Settings"];

    /// <summary>Whether module ids are <c>{user_id}_{slug}_{name}</c>, otherwise <c>{user_id}_{name}</c>.</summary>
    public bool HasSlugInModuleIds { get; init; } = true;

    /// <summary>The folder's name, when it is not what <see cref="Place"/> makes of slug and version.</summary>
    public string? Folder { get; init; }

    /// <summary>Columns of the row that differ from the usual.</summary>
    public IReadOnlyDictionary<string, object?> Columns { get; init; } = new Dictionary<string, object?>();

    /// <summary>Columns of every module's row that differ from the usual.</summary>
    public IReadOnlyDictionary<string, object?> ModuleColumns { get; init; } = new Dictionary<string, object?>();

    public string Id => $"{UserId}_{Slug}";

    /// <summary>The folder below <c>plugins</c>; <see langword="null"/> without files.</summary>
    public string? RelativeFolder => Place switch
    {
        OldPlace.Slug => $"{UserId}/{Folder ?? Slug}",
        OldPlace.PluginId => $"{UserId}/{Folder ?? Id}",
        OldPlace.VersionBelowSlug => $"{UserId}/{Folder ?? Slug}/v{Version}",
        OldPlace.PlainVersionBelowSlug => $"{UserId}/{Folder ?? Slug}/{Version}",
        OldPlace.Shared => $"shared/{Folder ?? Slug}/v{Version}",
        _ => null,
    };
}

/// <summary>Where the old system kept a plugin's files.</summary>
internal enum OldPlace
{
    Slug,
    PluginId,
    VersionBelowSlug,
    PlainVersionBelowSlug,
    Shared,
    Nowhere,
}
