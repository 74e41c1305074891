using Berth.Data.Sessions;
using Berth.Registry.Search;

namespace Berth.Registry.Catalog;

/// <summary>What is counted apart.</summary>
/// <param name="Slug">As published.</param>
/// <param name="Version">As published.</param>
/// <param name="Day"><see cref="DateOnly.DayNumber"/>, UTC.</param>
internal readonly record struct DownloadKey(string Slug, string Version, int Day);

/// <summary>Downloads of one version on one day.</summary>
internal readonly record struct DownloadCount(DownloadKey Key, long Count);

/// <summary>
/// Counts that are written in one transaction, under an id of their own. Whoever got no answer writes the same batch again; the
/// id, which is in the transaction, says whether it was written.
/// </summary>
internal sealed record DownloadBatch(string Id, IReadOnlyList<DownloadCount> Counts)
{
    /// <summary>How long ids are kept: much longer than anybody tries.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(2);

    /// <summary>Writes the counts, unless they are written.</summary>
    public async Task<bool> WriteAsync(DbSession session, DateTimeOffset now)
    {
        var at = now.ToUnixTimeMilliseconds();
        if (await session.ExecuteAsync("INSERT INTO download_batch (id, at) VALUES (@Id, @at) ON CONFLICT (id) DO NOTHING", new { Id, at }) == 0)
            return false;
        await session.ExecuteAsync("DELETE FROM download_batch WHERE at < @before", new { before = at - (long)KeptFor.TotalMilliseconds });

        // Sorted, so that two nodes lock rows in the same order.
        foreach (var (key, count) in Counts.OrderBy(c => c.Key.Slug, StringComparer.Ordinal).ThenBy(c => c.Key.Version, StringComparer.Ordinal).ThenBy(c => c.Key.Day))
        {
            await session.ExecuteAsync(
                """
                INSERT INTO download_daily (slug, version, day, count) VALUES (@Slug, @Version, @day, @count)
                ON CONFLICT (slug, version, day) DO UPDATE SET count = download_daily.count + excluded.count
                """,
                new { key.Slug, key.Version, day = DownloadDays.Text(key.Day), count });
        }

        foreach (var plugin in Counts.GroupBy(c => (c.Key.Slug, c.Key.Day)).OrderBy(g => g.Key.Slug, StringComparer.Ordinal).ThenBy(g => g.Key.Day))
            await SearchIndex.AddDownloadsAsync(session, plugin.Key.Slug, plugin.Key.Day, plugin.Sum(c => c.Count));
        return true;
    }
}
