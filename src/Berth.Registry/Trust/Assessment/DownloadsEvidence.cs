using System.Globalization;
using Berth.Data.Sessions;

namespace Berth.Registry.Trust.Assessment;

/// <summary>How much it is used: two points for each power of ten of downloads, ten from 100,000 on.</summary>
internal sealed class DownloadsEvidence : ITrustEvidence
{
    public string Source => "downloads";

    public int Most => 10;

    public async Task<TrustTerm> AssessAsync(DbSession session, string slug, long now)
    {
        var count = await session.ScalarAsync<long?>("SELECT CAST(SUM(count) AS BIGINT) FROM download_daily WHERE slug = @slug", new { slug }) ?? 0;
        return new TrustTerm(Source, (int)Math.Min(Most, 2 * Math.Log10(1 + count)), Most, string.Create(CultureInfo.InvariantCulture, $"{count:N0} downloads; each power of ten gives two points."));
    }
}
