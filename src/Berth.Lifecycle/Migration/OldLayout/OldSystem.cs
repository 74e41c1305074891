namespace Berth.Lifecycle.Migration.OldLayout;

/// <summary>Everything the old system holds, read without writing anything, in an order that never changes.</summary>
/// <param name="Users">Rows of <c>users</c>, by id.</param>
/// <param name="Installations">One for each row of <c>plugin</c>, and one for each plugin folder without a row.</param>
/// <param name="Findings">What is wrong or superfluous, each in its bucket.</param>
/// <param name="Bytes">Bytes of the plugins' files in the old layout, each file counted once.</param>
internal sealed record OldSystem(
    IReadOnlyList<OldUser> Users, IReadOnlyList<OldInstallation> Installations, IReadOnlyList<OldFinding> Findings, long Bytes);

/// <summary>A user of the old system.</summary>
/// <param name="Id">As it is there.</param>
/// <param name="NewId">32 lower-case hexadecimal digits: the same without dashes where that fits, otherwise derived by SHA-256.</param>
/// <param name="Name">A name that may be used to sign in.</param>
/// <param name="Columns">All columns of the row, by name.</param>
internal sealed record OldUser(string Id, string NewId, string Name, IReadOnlyDictionary<string, string?> Columns);

/// <summary>What one user has of one plugin.</summary>
/// <param name="UserId">Of the old system.</param>
/// <param name="Slug">As the database says; without a row as the folder's own description says.</param>
/// <param name="Version">As the database says, without a <c>v</c> prefix and filled up to three numbers.</param>
/// <param name="Row">The row of <c>plugin</c>; <see langword="null"/> for a folder without a row.</param>
/// <param name="Modules">Rows of <c>module</c>.</param>
/// <param name="Folder">The files; <see langword="null"/> for a row without files.</param>
/// <param name="Described">What the folder's own files say of plugin and modules, read without running them.</param>
internal sealed record OldInstallation(
    string UserId, string Slug, string Version, OldRow? Row, IReadOnlyList<OldRow> Modules, OldFolder? Folder, OldDescription? Described)
{
    /// <summary>Why it cannot be carried over (then there is a finding that says what to do); <see langword="null"/> when it can.</summary>
    public string? Obstacle { get; init; }

    /// <summary>Whether the files lie in <c>plugins/shared</c>, where several users have one copy.</summary>
    public bool IsShared { get; init; }
}

/// <summary>A row, with every column as text (JSON columns as they are stored).</summary>
internal sealed record OldRow(string Id, IReadOnlyDictionary<string, string?> Columns);

/// <summary>A folder with a plugin's files.</summary>
/// <param name="Path">Full path.</param>
/// <param name="Files">What belongs to the plugin, by relative path with <c>/</c>, sorted by UTF-8 bytes.</param>
/// <param name="ContentDigest">SHA-256 over paths and file digests: the identity of the content.</param>
internal sealed record OldFolder(string Path, IReadOnlyList<OldFile> Files, string ContentDigest)
{
    /// <summary>Bytes of the files.</summary>
    public long Bytes => Files.Sum(file => file.Size);

    /// <summary>Paths of files that are missing, empty or cut; none when the folder is whole.</summary>
    public IReadOnlyList<string> Truncated { get; init; } = [];
}

/// <summary>A file of the old layout.</summary>
internal sealed record OldFile(string Path, long Size, string Sha256);

/// <summary>What <c>package.json</c>, <c>plugin_metadata.json</c> and the literal dictionaries of <c>lifecycle_manager.py</c> say.</summary>
/// <param name="Plugin">Members as JSON text by name, the old names.</param>
/// <param name="Modules">The same for each module.</param>
internal sealed record OldDescription(IReadOnlyDictionary<string, string> Plugin, IReadOnlyList<IReadOnlyDictionary<string, string>> Modules);

/// <summary>One line of the report.</summary>
/// <param name="Bucket">Which kind.</param>
/// <param name="UserId">Of the old system, where there is one.</param>
/// <param name="Slug">Where there is one.</param>
/// <param name="Version">Where there is one.</param>
/// <param name="Path">Relative to the old plugins folder, where a file or folder is meant.</param>
/// <param name="Message">What was found and what the migration does with it.</param>
internal sealed record OldFinding(OldBucket Bucket, string? UserId, string? Slug, string? Version, string? Path, string Message);

/// <summary>The buckets of the report.</summary>
internal enum OldBucket
{
    /// <summary>Same slug, version and bytes as another user's: stored once.</summary>
    IdenticalDuplicate,

    /// <summary>Same slug and version, other bytes: becomes its own version.</summary>
    SameVersionOtherBytes,

    /// <summary>A plugin folder that no row names.</summary>
    FilesWithoutRow,

    /// <summary>A row whose folder is gone or empty.</summary>
    RowWithoutFiles,

    /// <summary>Files that the row or the package's own list names are missing or shorter than they say.</summary>
    Truncated,

    /// <summary>A file or folder that belongs to nothing.</summary>
    Stray,

    /// <summary>A module row whose plugin row is gone.</summary>
    OrphanedModule,

    /// <summary>Rows or folders of a user that the table <c>users</c> does not have.</summary>
    UnknownUser,

    /// <summary>It cannot be carried over as it is (an unusable slug or version, an unreadable row); the message says what to do.</summary>
    NotMigrated,

    /// <summary>It is carried over, with something worth knowing: another spelling, another way to write a version, a broken JSON column.</summary>
    Remark,
}
