using Berth.Host.Offers;

namespace Berth.Host.Isolation.Limits;

/// <summary>
/// Measures a temporary folder on the machine's disk, where no file system of its own bounds it. It sees what has a name: a file that is
/// deleted and still open takes room that is not measured.
/// </summary>
/// <param name="folder">The worker's folder.</param>
/// <param name="most">Bytes of all files together.</param>
internal sealed class TemporaryQuota(string folder, long most)
{
    /// <summary>Bytes of all files together.</summary>
    public long Most => most;

    /// <summary>Whether more lies there than may. What cannot be measured, because it is closed or nested too deep, is too much.</summary>
    public bool IsExceeded() => FolderSize.Of(folder, most, closed: most + 1) > most;
}
