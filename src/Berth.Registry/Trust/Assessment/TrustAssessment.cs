using Berth.Data.Sessions;

namespace Berth.Registry.Trust.Assessment;

/// <inheritdoc />
internal sealed class TrustAssessment(IDatabase database, IEnumerable<ITrustEvidence> sources, TimeProvider time) : ITrustAssessment
{
    // signature 30, publisher 20, scan 20, age 10, downloads 10, record 10: a hundred together.
    private static readonly string[] Expected = ["signature", "publisher", "scan", "age", "downloads", "record", "violations"];
    private readonly IReadOnlyList<ITrustEvidence> _sources = [.. sources];

    public async Task<TrustAssessmentResult> AssessAsync(string slug, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(slug);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var terms = await database.ReadAsync(
            async session =>
            {
                List<TrustTerm> found = [];
                foreach (var source in _sources)
                    found.Add(await source.AssessAsync(session, slug, now));
                return found;
            },
            cancellationToken);
        return new TrustAssessmentResult(
            Math.Clamp(terms.Sum(term => term.Points), 0, 100), terms, [.. Expected.Except(_sources.Select(source => source.Source), StringComparer.Ordinal)]);
    }
}
