using System.Diagnostics;
using Berth.Host.Services;
using Berth.Worker.Protocol;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Berth.Host.Isolation.Worker.StandIns;

/// <summary>In the place of the plugin's health checks: all are asked at once, and each is an entry of its own.</summary>
internal sealed class RemoteHealthChecks(WorkerConnection connection) : HealthCheckService
{
    // What a worker says of itself, it may say without end.
    private const int Most = 256;

    // What stands for all of them.
    private const string All = "health checks";

    /// <summary>A worker that does not answer is unhealthy, as a check that throws is.</summary>
    public override async Task<HealthReport> CheckHealthAsync(Func<HealthCheckRegistration, bool>? predicate, CancellationToken cancellationToken = default)
    {
        var asked = Stopwatch.GetTimestamp();
        WorkerHealth health;
        try
        {
            health = await connection.AskAsync("/health", new WorkerHealth([]), ProtocolJson.Default.WorkerHealth, ProtocolJson.Default.WorkerHealth, cancellationToken);
        }
        catch (RemoteFailureException failure)
        {
            var unanswered = new HealthReportEntry(HealthStatus.Unhealthy, failure.Message, Stopwatch.GetElapsedTime(asked), failure, data: null);
            return new HealthReport(new Dictionary<string, HealthReportEntry>(StringComparer.Ordinal) { [All] = unanswered }, unanswered.Duration);
        }

        var elapsed = Stopwatch.GetElapsedTime(asked);
        var entries = new Dictionary<string, HealthReportEntry>(StringComparer.Ordinal);
        foreach (var said in (health.Entries ?? []).Take(Most))
        {
            var (name, entry) = Read(said, elapsed);
            entries.TryAdd(name, entry);
        }

        return new HealthReport(entries, elapsed);
    }

    private static (string Name, HealthReportEntry Entry) Read(WorkerHealthEntry? said, TimeSpan elapsed) =>
        said is { Name.Length: > 0 } && Enum.TryParse<HealthStatus>(said.Status, out var status) && Enum.IsDefined(status)
            ? (ForeignCode.Shorten(said.Name), new HealthReportEntry(status, ForeignCode.Shorten(said.Description), elapsed, exception: null, data: null))
            : (All, new HealthReportEntry(HealthStatus.Unhealthy, "The worker answered what is no state of health.", elapsed, exception: null, data: null));
}
