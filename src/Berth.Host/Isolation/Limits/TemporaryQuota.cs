using Berth.Host.Offers;

namespace Berth.Host.Isolation.Limits;

/// <summary>
/// Measures a temporary folder on the machine's disk, where no file system of its own bounds it: what has a name, and, where the host may look
/// into the worker's processes (<see cref="DeletedFiles.CanBeSeen"/>), what was deleted from it and is still open.
/// </summary>
/// <param name="folder">The worker's folder.</param>
/// <param name="most">Bytes of all files together.</param>
/// <param name="user">The worker's own user; <see langword="null"/> where it has the host's.</param>
internal sealed class TemporaryQuota(string folder, long most, int? user = null)
{
    /// <summary>Bytes of all files together.</summary>
    public long Most => most;

    /// <summary>Whether more lies there than may. What cannot be measured, because it is closed or nested too deep, is too much.</summary>
    public bool IsExceeded()
    {
        var named = FolderSize.Of(folder, most, closed: most + 1);
        return named > most || (user is { } id && DeletedFiles.CanBeSeen && named + DeletedFiles.Of(folder, id, most - named) > most);
    }
}
