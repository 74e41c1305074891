using Berth.Events;
using Berth.Host;
using Berth.Host.Events;
using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.Cleanup;

/// <summary>Runs the stages, one run after another.</summary>
internal sealed partial class Cleaning(CleanupStages stages, UnreferencedVersions versions, IHostEvents events, TimeProvider time, ILogger<Cleaning> logger)
    : ICleanup, IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private volatile EndedRun? _last;

    public DateTimeOffset? LastRun => _last?.At;

    public CleanupResult? LastResult => _last?.Result;

    public async Task<CleanupResult> RunAsync(bool isDryRun, CancellationToken cancellationToken = default)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var run = new CleanupRun(isDryRun, time.GetUtcNow());
            foreach (var stage in stages.All)
                await stage.RunAsync(run, cancellationToken);
            var result = run.Result();
            if (!isDryRun)
            {
                _last = new EndedRun(time.GetUtcNow(), result);
                if (result.Items.Count > 0)
                {
                    LogCleaned(result.Managers, result.Versions, result.TempFiles, result.BytesFreed);
                    events.Raise(new CleanupCompleted(result.Managers, result.Versions, result.TempFiles, result.BytesFreed));
                }
            }

            return result;
        }
        finally
        {
            _one.Release();
        }
    }

    public async Task<long?> RemoveAsync(string slug, string version, bool isDryRun, CancellationToken cancellationToken = default)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            return await versions.RemoveAsync(new PluginVersionId(slug, version), isDryRun, cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private sealed record EndedRun(DateTimeOffset At, CleanupResult Result);

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Cleaned up: {Managers} idle instances, {Versions} versions, {TempFiles} temporary files; {Bytes} bytes freed")]
    private partial void LogCleaned(int managers, int versions, int tempFiles, long bytes);
}
