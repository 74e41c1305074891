using Berth.Data.Sessions;

namespace Berth.Registry.Trust.Assessment;

/// <summary>What the scanners said of the version published last. A scanner that did not come to an end said nothing good.</summary>
internal sealed class ScanEvidence : ITrustEvidence
{
    private const int WithFindings = 8;

    public string Source => "scan";

    public int Most => 20;

    public async Task<TrustTerm> AssessAsync(DbSession session, string slug, long now)
    {
        var outcomes = await session.QueryAsync<string>(
            """
            SELECT outcome FROM scan_report WHERE slug = @slug
              AND version = (SELECT version FROM package_version WHERE slug = @slug AND state = 'visible' ORDER BY published_at DESC, version DESC LIMIT 1)
            """,
            new { slug });
        if (outcomes.Count == 0)
            return new TrustTerm(Source, 0, Most, "The version published last was not scanned.");
        var unfinished = outcomes.Count(outcome => outcome is not ("clean" or "findings"));
        if (unfinished > 0)
            return new TrustTerm(Source, 0, Most, $"{unfinished} of {outcomes.Count} scanners came to no result on the version published last.");
        var findings = outcomes.Count(outcome => outcome == "findings");
        return findings == 0
            ? new TrustTerm(Source, Most, Most, $"All {outcomes.Count} scanners found nothing in the version published last.")
            : new TrustTerm(Source, WithFindings, Most, $"{findings} of {outcomes.Count} scanners found something in the version published last that its level lets pass.");
    }
}
