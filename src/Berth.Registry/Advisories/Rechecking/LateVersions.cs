using Berth.Data.Sessions;
using Berth.Packaging.Scanning;
using Berth.Packaging.Scanning.Dependencies;
using Berth.Registry.Scanning;

namespace Berth.Registry.Advisories.Rechecking;

/// <summary>Versions that were scanned before an import and written after it: their verdict is not what is known now, so it is queued to be judged again.</summary>
internal static class LateVersions
{
    /// <summary>Looks at a version that is being published, in its transaction.</summary>
    public static async Task LookAsync(
        DbSession session, string slug, string version, ScanEvidence said, Packaging.Scanning.Dependencies.Advisories known, string publisherId, long at)
    {
        if (said.Dependencies.Count == 0 || said.Verdicts.FirstOrDefault(verdict => verdict.Scanner == Scanners.Dependencies) is not { } verdict || !await IsLateAsync(session, verdict, said.Dependencies, known))
            return;
        var runId = Guid.NewGuid().ToString("N");
        await RecheckRows.BeginAsync(session, runId, $"{slug} {version} was published while advisories were imported.", publisherId, at);
        await RecheckRows.AddAsync(session, runId, slug, version);
    }

    private static async Task<bool> IsLateAsync(DbSession session, VerdictRecord verdict, IReadOnlyList<PackageDependency> dependencies, Packaging.Scanning.Dependencies.Advisories known) => verdict.Outcome switch
    {
        "not_configured" => await session.FirstOrDefaultAsync<string>("SELECT id FROM advisory LIMIT 1") is not null,
        "clean" or "findings" => !VerdictRecord.Of(DependencyJudgement.Again(verdict.ToVerdict(), dependencies, known)).Findings.ToHashSet().SetEquals(verdict.Findings),
        _ => false,
    };
}
