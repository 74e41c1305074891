namespace Berth.Registry.Catalog;

/// <summary>Counts downloads off the hot path: memory first, one write for many.</summary>
public interface IDownloadCounter
{
    /// <summary>Counts one download. Never waits and never fails.</summary>
    void Count(string slug, string version);

    /// <summary>Writes what was counted since the last flush.</summary>
    Task FlushAsync(CancellationToken cancellationToken = default);
}
