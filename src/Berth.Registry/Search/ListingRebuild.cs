using Berth.Data.Sessions;

namespace Berth.Registry.Search;

/// <summary>Lists plugins that have a visible version and no listing: after the tables were made anew. Two nodes that do it at once do it twice, to the same end.</summary>
internal static class ListingRebuild
{
    // A transaction each: on SQLite, whoever publishes meanwhile waits for one of them.
    private const int PieceSize = 50;

    /// <summary>Lists them all. Returns how many it listed.</summary>
    /// <param name="cannot">Is told of a plugin that cannot be listed, and why.</param>
    public static async Task<int> RunAsync(IDatabase database, Action<string, InvalidDataException> cannot, CancellationToken cancellationToken)
    {
        var (count, last) = (0, "");
        while (true)
        {
            var after = last;
            var slugs = await database.ReadAsync(
                session => session.QueryAsync<string>(
                    """
                    SELECT p.slug FROM package p LEFT JOIN package_listing l ON l.slug = p.slug
                    WHERE p.slug > @after AND l.slug IS NULL AND EXISTS (SELECT 1 FROM package_version v WHERE v.slug = p.slug AND v.state = 'visible')
                    ORDER BY p.slug LIMIT @count
                    """,
                    new { after, count = (long)PieceSize }),
                cancellationToken);
            if (slugs.Count == 0)
                return count;
            count += await database.WriteAsync(session => ListAsync(session, slugs, cannot), cancellationToken);
            last = slugs[^1];
        }
    }

    private static async Task<int> ListAsync(DbSession session, IReadOnlyList<string> slugs, Action<string, InvalidDataException> cannot)
    {
        var listed = 0;
        foreach (var slug in slugs)
        {
            try
            {
                await SearchIndex.RefreshAsync(session, slug);
                listed++;
            }
            catch (InvalidDataException exception)
            {
                // Nothing was written of this one; the others are not to wait for it.
                cannot(slug, exception);
            }
        }

        return listed;
    }
}
