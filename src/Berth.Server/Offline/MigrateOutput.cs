using System.Text.Json;
using Berth.Lifecycle.Migration.Report;
using Berth.Lifecycle.Migration.Verify;

namespace Berth.Server.Offline;

/// <summary>What <c>berth-server migrate</c> writes: one JSON object a line.</summary>
internal sealed class MigrateOutput(TextWriter output, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private readonly Lock _lock = new();
    private string? _phase;
    private long _last;

    /// <summary>Says how far the work is; at most four times a second, and whenever a phase begins or ends.</summary>
    public void Progress(string phase, long done, long total)
    {
        lock (_lock)
        {
            if (phase == _phase && done != total && time.GetElapsedTime(_last) < Pause)
                return;
            (_phase, _last) = (phase, time.GetTimestamp());
            Write("progress", ("phase", phase), ("done", done), ("total", total));
        }
    }

    /// <summary>Says how it ended.</summary>
    public void Result(MigrateResult result)
    {
        lock (_lock)
        {
            Write(
                "result", ("action", result.Action), ("state", result.State), ("report", result.Report), ("verification", result.Verification),
                ("rollback", result.Rollback), ("report_file", result.ReportFile));
        }
    }

    /// <summary>Says why it did not happen.</summary>
    public void Error(string code, string detail)
    {
        lock (_lock)
            Write("error", ("code", code), ("detail", detail));
    }

    private void Write(string type, params ReadOnlySpan<(string Name, object? Value)> members)
    {
        // The names of these lines are written out: the members of the reports inside follow the server's own rule.
        var line = new Dictionary<string, object> { ["type"] = type, ["schemaVersion"] = 1 };
        foreach (var (name, value) in members)
        {
            if (value is not null)
                line[name] = value;
        }

        output.WriteLine(JsonSerializer.Serialize(line, BerthJson.Options));
        output.Flush();
    }
}

/// <summary>How a migration command ended.</summary>
/// <param name="Action"><c>plan</c>, <c>apply</c>, <c>verify</c> or <c>rollback</c>.</param>
/// <param name="State"><c>planned</c>, <c>nothing_to_do</c>, <c>applied</c> (not verified), <c>verified</c>, <c>different</c> or <c>rolled_back</c>.</param>
internal sealed record MigrateResult(string Action, string State)
{
    /// <summary>What is or would be migrated.</summary>
    public MigrationReport? Report { get; init; }

    /// <summary>What the comparison found.</summary>
    public VerificationReport? Verification { get; init; }

    /// <summary>What was undone.</summary>
    public RollbackReport? Rollback { get; init; }

    /// <summary>Where the whole report lies.</summary>
    public string? ReportFile { get; init; }
}
