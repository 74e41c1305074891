using Berth.Data.Sessions;
using Berth.Packaging.Scanning.Names;

namespace Berth.Registry.Scanning;

/// <summary>The names that somebody could want to be taken for, kept in memory: they change with downloads, slowly, and every publish asks for them.</summary>
internal sealed class PopularNames(IDatabase database, TimeProvider time)
{
    /// <summary>How old what is kept may become.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    // A name is worth imitating when it is known; small registries have no such names.
    private const int PopularDownloads = 100;
    private const int MostPopular = 500;

    private Snapshot? _snapshot;

    /// <summary>The most popular plugins of all other publishers: nobody imitates their own.</summary>
    public async ValueTask<IReadOnlyList<PopularPlugin>> OfOthersAsync(string publisherId, CancellationToken cancellationToken)
    {
        var snapshot = Volatile.Read(ref _snapshot);
        if (snapshot is null || time.GetElapsedTime(snapshot.ReadAt) >= Lifetime)
            Volatile.Write(ref _snapshot, snapshot = await ReadAsync(cancellationToken));
        return [.. snapshot.Rows.Where(row => row.OwnerId != publisherId).Select(row => row.Plugin)];
    }

    private async Task<Snapshot> ReadAsync(CancellationToken cancellationToken)
    {
        var readAt = time.GetTimestamp();
        var rows = await database.ReadAsync(
            session => session.QueryAsync<PopularRow>(
                """
                SELECT l.slug, l.name_folded, p.owner_id FROM package_listing l JOIN package p ON p.slug = l.slug
                WHERE l.downloads >= @PopularDownloads ORDER BY l.downloads DESC LIMIT @MostPopular
                """,
                new { PopularDownloads, MostPopular }),
            cancellationToken);
        return new Snapshot([.. rows.Select(row => (new PopularPlugin(row.Slug, row.NameFolded), row.OwnerId))], readAt);
    }

    private sealed record Snapshot((PopularPlugin Plugin, string OwnerId)[] Rows, long ReadAt);

    private sealed record PopularRow(string Slug, string NameFolded, string OwnerId);
}
