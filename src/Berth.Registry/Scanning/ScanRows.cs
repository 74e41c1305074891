using Berth.Data.Sessions;
using Berth.Packaging.Scanning.Dependencies;

namespace Berth.Registry.Scanning;

/// <summary>The tables <c>scan_report</c> and <c>scan_dependency</c>: the latest verdict of each scanner on each version.</summary>
internal static class ScanRows
{
    public static async Task PutAsync(DbSession session, string slug, string version, ScanEvidence said, long at)
    {
        foreach (var verdict in said.Verdicts)
            await PutVerdictAsync(session, slug, version, verdict, at);
        await session.ExecuteAsync("DELETE FROM scan_dependency WHERE slug = @slug AND version = @version", new { slug, version });
        foreach (var dependency in said.Dependencies.DistinctBy(dependency => (dependency.Ecosystem, dependency.Name, dependency.Version)))
        {
            await session.ExecuteAsync(
                """
                INSERT INTO scan_dependency (slug, version, ecosystem, name, used_version, file, is_development)
                VALUES (@slug, @version, @Ecosystem, @Name, @used, @File, @IsDevelopment)
                """,
                new { slug, version, dependency.Ecosystem, dependency.Name, used = dependency.Version, dependency.File, dependency.IsDevelopment });
        }
    }

    /// <summary>One scanner's verdict alone, in the place of the one before.</summary>
    public static Task<int> PutVerdictAsync(DbSession session, string slug, string version, VerdictRecord verdict, long at) => session.ExecuteAsync(
        """
        INSERT INTO scan_report (slug, version, scanner, rule_set, outcome, reason, findings, at) VALUES (@slug, @version, @Scanner, @RuleSet, @Outcome, @Reason, @findings, @at)
        ON CONFLICT (slug, version, scanner) DO UPDATE SET
            rule_set = excluded.rule_set, outcome = excluded.outcome, reason = excluded.reason, findings = excluded.findings, at = excluded.at
        """,
        new { slug, version, verdict.Scanner, verdict.RuleSet, verdict.Outcome, verdict.Reason, findings = ScanJson.Write(verdict.Findings), at });

    public static async Task<IReadOnlyList<VerdictRecord>> FindAsync(DbSession session, string slug, string version) =>
        [.. (await session.QueryAsync<ReportRow>("SELECT scanner, rule_set, outcome, reason, findings, at FROM scan_report WHERE slug = @slug AND version = @version ORDER BY scanner", new { slug, version }))
            .Select(row => new VerdictRecord(row.Scanner, (int)row.RuleSet, row.Outcome, row.Reason, ScanJson.ReadFindings(row.Findings)) { At = DateTimeOffset.FromUnixTimeMilliseconds(row.At) })];

    public static async Task<IReadOnlyList<PackageDependency>> DependenciesAsync(DbSession session, string slug, string version) =>
        [.. (await session.QueryAsync<DependencyRow>("SELECT ecosystem, name, used_version, file, is_development FROM scan_dependency WHERE slug = @slug AND version = @version", new { slug, version }))
            .Select(row => new PackageDependency(row.Ecosystem, row.Name, row.UsedVersion, row.File, row.IsDevelopment != 0))];

    private sealed record ReportRow(string Scanner, long RuleSet, string Outcome, string? Reason, string Findings, long At);

    private sealed record DependencyRow(string Ecosystem, string Name, string UsedVersion, string File, long IsDevelopment);
}
