using Berth.Packaging.Scanning.Dependencies;

namespace Berth.Registry.Advisories;

/// <summary>The registry's own copy of what is known against packages of npm and NuGet. Filled by imports, never from a network.</summary>
public interface IAdvisories
{
    /// <summary>The advisories about these packages, or <see langword="null"/> when nothing was ever imported: then nothing is known, which is not the same as good.</summary>
    Task<Packaging.Scanning.Dependencies.Advisories?> FindAsync(IReadOnlyList<PackageDependency> dependencies, CancellationToken cancellationToken);

    /// <summary>
    /// Imports one advisory, a JSON array of them, or a ZIP of such files. What is known in the same or a newer state is left as it
    /// is, so an import can be repeated. Versions that are published already are compared with what is new, and those whose verdict changes with it are
    /// judged again in the background: <see cref="AdvisoryImport.Scans"/>.
    /// </summary>
    /// <param name="content">Seekable, from its current position.</param>
    /// <param name="userId">Who imports.</param>
    /// <param name="isDryRun">Only counts.</param>
    /// <param name="cancellationToken">Ends the import; what was taken in stays.</param>
    /// <exception cref="InvalidDataException">The content is neither JSON nor a ZIP that can be read.</exception>
    Task<AdvisoryImport> ImportAsync(Stream content, string userId, bool isDryRun, CancellationToken cancellationToken);

    /// <summary>Advisories by id, from the one after the cursor.</summary>
    Task<IReadOnlyList<AdvisoryRecord>> ListAsync(string? package, string? after, int limit, CancellationToken cancellationToken);

    /// <summary>Advisories as they were imported, withdrawn ones too, by id from the one after the cursor.</summary>
    Task<IReadOnlyList<AdvisoryDocument>> DocumentsAsync(string? after, int limit, CancellationToken cancellationToken);

    /// <summary>Published versions that advisories name, from the one after the cursor.</summary>
    Task<IReadOnlyList<AffectedVersion>> AffectedAsync(string? after, int limit, CancellationToken cancellationToken);
}

/// <summary>What an import came to.</summary>
/// <param name="Imported">New or newer.</param>
/// <param name="Unchanged">Known already.</param>
/// <param name="OtherEcosystems">About neither npm nor NuGet; not kept.</param>
/// <param name="Unreadable">Files that are no advisories.</param>
/// <param name="Affected">Published versions that were found to be affected, and were not before.</param>
public sealed record AdvisoryImport(int Imported, int Unchanged, int OtherEcosystems, int Unreadable, int Affected)
{
    /// <summary>The runs that judge what it names again; none when there is nothing to judge.</summary>
    public IReadOnlyList<string> Scans { get; init; } = [];
}

/// <summary>An advisory in a list.</summary>
public sealed record AdvisoryRecord(string Id, DateTimeOffset Modified, DateTimeOffset? Withdrawn, string Severity, string? Summary);

/// <summary>An advisory as it was imported.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Document">JSON in the OSV format.</param>
public sealed record AdvisoryDocument(string Id, string Document);

/// <summary>A published version that an advisory names through something it brings along.</summary>
public sealed record AffectedVersion(string Slug, string Version, string AdvisoryId, string Ecosystem, string Name, string UsedVersion, string Severity, DateTimeOffset FoundAt)
{
    /// <summary>Where a list goes on.</summary>
    public string Key => string.Join('\n', Slug, Version, AdvisoryId, Ecosystem, Name, UsedVersion);
}
