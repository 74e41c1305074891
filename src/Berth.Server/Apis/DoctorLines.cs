using Berth.Lifecycle.Doctor;

namespace Berth.Server.Apis;

/// <summary>What an examination says, as JSON lines: over HTTP and from <c>berth-server doctor</c> the same.</summary>
internal static class DoctorLines
{
    public static object Of(DoctorEvent one) => one switch
    {
        DoctorEvent.Progress progress => new { type = "progress", progress.Check, progress.Done },
        DoctorEvent.Found { Finding: var finding } => new
        {
            type = "finding",
            finding.Code,
            severity = finding.Severity.ToString().ToLowerInvariant(),
            finding.Subject,
            finding.Explanation,
            finding.Remedy,
            @fixed = finding.IsFixed,
            finding.Done,
        },
        DoctorEvent.Ended ended => new { type = "result", ended.Findings, @fixed = ended.Fixed, ended.Remaining, ended.Notes, ended.Rebuilt },
        _ => throw new InvalidOperationException($"Unknown event {one.GetType().Name}."),
    };
}
