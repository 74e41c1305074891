using Berth.Data.Sessions;

namespace Berth.Registry.Trust.Assessment;

/// <summary>What speaks against it: violations that were not lifted, for a year.</summary>
internal sealed class ViolationEvidence : ITrustEvidence
{
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(365);

    public string Source => "violations";

    public int Most => 0;

    public async Task<TrustTerm> AssessAsync(DbSession session, string slug, long now)
    {
        var severities = await session.QueryAsync<string>(
            "SELECT severity FROM trust_violation WHERE slug = @slug AND lifted_at IS NULL AND recorded_at > @since", new { slug, since = now - (long)Remembered.TotalMilliseconds });
        var points = -severities.Sum(severity => severity switch { "critical" => 60, "high" => 30, "medium" => 15, _ => 5 });
        return new TrustTerm(Source, points, Most, severities.Count == 0 ? "No violation in the last year." : $"{severities.Count} violations in the last year: {string.Join(", ", severities)}.");
    }
}
