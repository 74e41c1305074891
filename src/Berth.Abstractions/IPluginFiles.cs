namespace Berth;

/// <summary>
/// Files in the folders of the machine that the administrator offers to plugins. All users and all plugins with the capability see the same
/// files: what belongs to one user alone is kept with <see cref="IUserData"/>.
/// </summary>
/// <remarks>
/// Scoped to the call; a stream ends with it. A path is <c>folder/relative/path</c> with <c>/</c>: the folder's offered name, then names
/// without <c>.</c>, <c>..</c>, empty ones, <c>\</c> and control characters, up to 1,024 bytes of UTF-8; other paths throw <see cref="ArgumentException"/>. No symbolic link below an offered folder is
/// followed, also not one that is made while a call runs, and nothing but ordinary files is opened. A hard link, and what the administrator mounts there, counts as what lies there.
/// Needs <c>filesystem:read-data</c> or <c>filesystem:write-data</c> in force at each use; otherwise it throws <see cref="CapabilityDeniedException"/>.
/// What the machine refuses is an <see cref="UnauthorizedAccessException"/> or an <see cref="IOException"/>, the same at every isolation level.
/// </remarks>
public interface IPluginFiles
{
    /// <summary>The folders that are offered. Needs <c>filesystem:read-data</c>.</summary>
    Task<IReadOnlyList<PluginFolder>> ListFoldersAsync(CancellationToken cancellationToken = default);

    /// <summary>Files and folders directly in a folder, by name (ordinal), up to 1,000 at once. Links and special files are left out. Needs <c>filesystem:read-data</c>.</summary>
    /// <param name="folder">An offered folder, or one below it.</param>
    /// <param name="after"><see cref="PluginFilePage.Next"/> of the page before.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="FileNotFoundException">There is no such folder.</exception>
    Task<PluginFilePage> ListAsync(string folder, string? after = null, CancellationToken cancellationToken = default);

    /// <summary>Opens a file for reading, from beginning to end. To be disposed. Needs <c>filesystem:read-data</c>.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>
    /// Writes a file from what is left of a stream; folders on the way are made. Whoever reads sees the old file or the new one, whatever happens meanwhile; of two
    /// who write at once the later to end wins. Needs <c>filesystem:write-data</c>.
    /// </summary>
    /// <exception cref="IOException">It has more bytes than the plugin's temporary folder may have (64 MB by default), or the disk took it not.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is offered for reading only, or the host's user may not write there.</exception>
    Task WriteAsync(string path, Stream content, CancellationToken cancellationToken = default);

    /// <summary>Deletes a file. Needs <c>filesystem:write-data</c>.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="UnauthorizedAccessException">The folder is offered for reading only, or the host's user may not delete there.</exception>
    Task<bool> DeleteAsync(string path, CancellationToken cancellationToken = default);
}

/// <summary>A folder that is offered.</summary>
/// <param name="Name">The first part of every path in it.</param>
/// <param name="IsWritable">Whether files can be written and deleted there.</param>
public sealed record PluginFolder(string Name, bool IsWritable);

/// <summary>A file or a folder in a folder.</summary>
/// <param name="Name">Without the path.</param>
/// <param name="IsFolder">Whether it is a folder.</param>
/// <param name="Length">Bytes of a file; 0 for a folder.</param>
/// <param name="ModifiedAt">When its content last changed.</param>
public sealed record PluginFile(string Name, bool IsFolder, long Length, DateTimeOffset ModifiedAt);

/// <summary>A page of a folder.</summary>
/// <param name="Entries">By name.</param>
/// <param name="Next">What the next page begins after; <see langword="null"/> when this is the last one.</param>
public sealed record PluginFilePage(IReadOnlyList<PluginFile> Entries, string? Next);
