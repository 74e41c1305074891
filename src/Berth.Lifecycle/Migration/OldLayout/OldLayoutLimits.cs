namespace Berth.Lifecycle.Migration.OldLayout;

/// <summary>Bounds of what is read of the old system: what breaks one of them is reported, never half read.</summary>
internal sealed record OldLayoutLimits
{
    public static OldLayoutLimits Default { get; } = new();

    /// <summary>Files of one plugin folder; a package cannot hold more.</summary>
    public int MaxFiles { get; init; } = 10_000;

    /// <summary>Bytes of one plugin folder; a package cannot hold more.</summary>
    public long MaxFolderBytes { get; init; } = 512L * 1024 * 1024;

    /// <summary>Folders below one plugin folder.</summary>
    public int MaxLevels { get; init; } = 32;

    /// <summary>Plugin folders altogether.</summary>
    public int MaxFolders { get; init; } = 1_000_000;

    /// <summary>Rows of one table.</summary>
    public int MaxRows { get; init; } = 5_000_000;

    /// <summary>Bytes of <c>package.json</c>, <c>plugin_metadata.json</c> and <c>lifecycle_manager.py</c>, each.</summary>
    public int MaxDescriptionBytes { get; init; } = 1024 * 1024;

    /// <summary>Bytes of an entry in which the names of its chunks are looked for.</summary>
    public int MaxEntryBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Stray files that are named one by one; more are summed up in one line.</summary>
    public int MaxStrays { get; init; } = 1_000;
}
