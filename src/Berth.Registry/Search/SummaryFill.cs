using System.Text;
using Berth.Data.Sessions;

namespace Berth.Registry.Search;

/// <summary>
/// Reads the summaries of the plugins that are shown most before anybody asks for them: without it, every plugin's first appearance
/// after a start would be a question to the database.
/// </summary>
internal static class SummaryFill
{
    private const int PieceSize = 200;

    /// <summary>Fills the cache from the most downloaded plugins down, as far as it takes them. Returns how many it took.</summary>
    public static async Task<int> RunAsync(IDatabase database, SearchSnapshot snapshot, SummaryCache summaries, CancellationToken cancellationToken)
    {
        var (count, bytes) = (0, 0L);
        foreach (var piece in snapshot.Listings.OrderByDescending(listing => listing.Standing.Heat).Chunk(PieceSize))
        {
            var listings = piece.ToDictionary(listing => listing.Id);
            foreach (var row in await database.ReadAsync(session => ListingRows.SummariesAsync(session, listings.Keys), cancellationToken))
            {
                // Listed anew meanwhile: whoever shows it next reads it.
                if (listings[row.Id].RelistedAt != row.RelistedAt)
                    continue;
                var summary = Encoding.UTF8.GetBytes(row.Summary);
                summaries.Put(listings[row.Id], summary);
                bytes += SummaryCache.SizeOf(summary);
                count++;
            }

            if (bytes > SummaryCache.MaxBytes / 4 * 3)
                break;
        }

        return count;
    }
}
