namespace Berth.Registry.Catalog;

/// <summary>What has been published. Reads are served from per-plugin snapshots that a publish replaces.</summary>
public interface ICatalog
{
    /// <summary>The plugin, or <see langword="null"/>. The slug is compared without regard to case.</summary>
    ValueTask<PluginRecord?> FindAsync(string slug, CancellationToken cancellationToken = default);

    /// <summary>The version, or <see langword="null"/>.</summary>
    ValueTask<VersionRecord?> FindVersionAsync(string slug, string version, CancellationToken cancellationToken = default);

    /// <summary>What <see cref="ICatalogSearch"/> finds, as records with all their versions.</summary>
    Task<CatalogPage> SearchAsync(CatalogQuery query, CancellationToken cancellationToken = default);

    /// <summary>README and CHANGELOG of a version, or <see langword="null"/>.</summary>
    Task<VersionTexts?> FindTextsAsync(string slug, string version, CancellationToken cancellationToken = default);

    /// <summary>Downloads by version, all days together.</summary>
    Task<IReadOnlyDictionary<string, long>> DownloadsAsync(string slug, CancellationToken cancellationToken = default);
}

/// <summary>One page of results.</summary>
/// <param name="Plugins">The plugins, best first.</param>
/// <param name="TotalCount">How many match.</param>
/// <param name="NextCursor">For the next page, if there is one.</param>
public sealed record CatalogPage(IReadOnlyList<PluginRecord> Plugins, int TotalCount, string? NextCursor);

/// <summary>Texts of a version, Markdown.</summary>
public sealed record VersionTexts(string? Readme, string? Changelog);

/// <summary>The cursor of a <see cref="CatalogQuery"/> was not made by this registry.</summary>
public sealed class InvalidCursorException() : Exception("The cursor is not valid. Start again without one.");
