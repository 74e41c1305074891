using Berth.Data.Sessions;

namespace Berth.Registry.Trust.Assessment;

/// <summary>How long the plugin has been here: a point for each 18 days, ten after half a year.</summary>
internal sealed class AgeEvidence : ITrustEvidence
{
    private const double DaysForAll = 180;

    public string Source => "age";

    public int Most => 10;

    public async Task<TrustTerm> AssessAsync(DbSession session, string slug, long now)
    {
        var first = await session.ScalarAsync<long?>("SELECT MIN(published_at) FROM package_version WHERE slug = @slug AND state = 'visible'", new { slug }) ?? now;
        var days = (int)TimeSpan.FromMilliseconds(Math.Max(0, now - first)).TotalDays;
        return new TrustTerm(Source, (int)Math.Min(Most, days / DaysForAll * Most), Most, $"Its oldest offered version was published {days} days ago; {DaysForAll} days give all points.");
    }
}
