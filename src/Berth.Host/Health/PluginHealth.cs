using System.Collections.Concurrent;
using Berth.Host.Dispatch;
using Berth.Host.Services;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Berth.Host.Health;

/// <summary>
/// What one instance says of its own health: its <see cref="IHealthCheck"/>s, asked within their time and at most every ten
/// seconds however often somebody looks, and what it ran in the background and lost.
/// </summary>
internal sealed class PluginHealth(RunningInstance instance, HostOptions options)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, string> _background = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private Task<IReadOnlyList<PluginHealthEntry>>? _asking;
    private long _asked;

    public void NoteBackground(string service, string reason) => _background[service] = reason;

    /// <summary>Never throws, never waits longer than the time limit.</summary>
    public async Task<PluginHealthReport> CheckAsync()
    {
        var checks = await AskAsync();
        IReadOnlyList<PluginHealthEntry> entries =
            [.. checks, .. _background.Select(lost => new PluginHealthEntry($"background {lost.Key}", HealthStatus.Degraded, lost.Value))];
        var worst = entries.Count == 0 ? HealthStatus.Healthy : entries.Min(entry => entry.Status);
        return new PluginHealthReport(instance.Parts.Id, worst, instance.Parts.Files?.Manifest.Critical ?? false, entries);
    }

    private Task<IReadOnlyList<PluginHealthEntry>> AskAsync()
    {
        lock (_gate)
        {
            if (_asking is { IsCompleted: false } || (_asking is not null && instance.Time.GetElapsedTime(_asked) < Fresh))
                return _asking;
            _asked = instance.Time.GetTimestamp();
            return _asking = AskNowAsync();
        }
    }

    private async Task<IReadOnlyList<PluginHealthEntry>> AskNowAsync()
    {
        // Nobody holds a lease here: an instance that is leaving is left alone.
        if (!instance.TryAcquire())
            return [];
        if (instance.Parts is not { Provider: { } provider, Context: { } plugin })
        {
            instance.ReleaseUnused();
            return [];
        }

        var key = new object();
        instance.NameRunning(key, "health checks");
        var ending = new CallToken(CancellationToken.None, plugin.Unloading);
        var running = ForeignCode.RunAsync(new PluginScope(instance.Parts.Id, userId: null, instance.Usage), async () =>
        {
            try
            {
                return await RunChecksAsync(provider, ending.Token);
            }
            catch (Exception exception)
            {
                return [new PluginHealthEntry("health checks", HealthStatus.Unhealthy, ForeignCode.Describe(exception))];
            }
            finally
            {
                instance.RemoveStray(key);
                instance.ReleaseUnused();
            }
        });
        try
        {
            return await running.WaitAsync(options.HealthCheckTimeLimit, instance.Time);
        }
        catch (TimeoutException)
        {
            return [new PluginHealthEntry("health checks", HealthStatus.Unhealthy, $"they took longer than {options.HealthCheckTimeLimit.TotalSeconds:0.###} s")];
        }
        finally
        {
            ending.End();
        }
    }

    // Copied as text: an entry's data and exception are the plugin's objects.
    private static async Task<IReadOnlyList<PluginHealthEntry>> RunChecksAsync(IServiceProvider provider, CancellationToken cancellationToken)
    {
        if (provider.GetService<HealthCheckService>() is not { } checks)
            return [];
        var report = await checks.CheckHealthAsync(cancellationToken);
        return [.. report.Entries.Select(entry => new PluginHealthEntry(entry.Key, entry.Value.Status, Describe(entry.Value)))];
    }

    private static string? Describe(HealthReportEntry entry) =>
        ForeignCode.Shorten(entry.Description) ?? (entry.Exception is { } thrown ? ForeignCode.Describe(thrown) : null);
}
