namespace Berth.Registry.Catalog;

/// <summary>Tells downloads that count from those that do not: of programs that fetch everything, and repeats.</summary>
public interface IDownloadAudience
{
    /// <summary>
    /// Whether a download counts: the first of this version by this caller on this day (UTC), and not by a crawler. Never
    /// waits, never allocates memory that stays.
    /// </summary>
    /// <param name="slug">The plugin, as published.</param>
    /// <param name="version">Its version.</param>
    /// <param name="caller">Who: a user id, or an address.</param>
    /// <param name="userAgent">The header, if there was one.</param>
    bool Counts(string slug, string version, string caller, string? userAgent);
}
