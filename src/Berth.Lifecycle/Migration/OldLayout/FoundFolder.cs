namespace Berth.Lifecycle.Migration.OldLayout;

/// <summary>A folder that holds a plugin's files, before anything of it was read.</summary>
/// <param name="Path">Full path.</param>
/// <param name="RelativePath">Below the plugins folder, with <c>/</c>.</param>
/// <param name="Owner">The user's folder as it is called; <see langword="null"/> in <c>shared</c>.</param>
/// <param name="Name">The folder that is named after slug or plugin id.</param>
/// <param name="VersionName">The folder below it that is named after a version.</param>
/// <param name="Superseded">Folders directly in it that hold older versions and do not belong to it.</param>
internal sealed record FoundFolder(
    string Path, string RelativePath, string? Owner, string Name, string? VersionName, IReadOnlyList<string> Superseded)
{
    /// <summary>The <c>plugin_metadata.json</c> that speaks of it from the folder above.</summary>
    public string? MetadataAbove { get; init; }
}

/// <summary>A note in a user's folder that they have a shared version.</summary>
/// <param name="Owner">The user's id as it is written there.</param>
/// <param name="Version">As it is written there.</param>
/// <param name="RelativePath">The file that says so.</param>
internal sealed record FoundReference(string Owner, string Slug, string? Version, string RelativePath);

/// <summary>What lies below the plugins folder.</summary>
internal sealed record FoundLayout(IReadOnlyList<FoundFolder> Owned, IReadOnlyList<FoundFolder> Shared, IReadOnlyList<FoundReference> References);
