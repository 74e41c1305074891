using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.Cleanup;

/// <summary>Cleans up from time to time.</summary>
internal sealed partial class CleanupService(ICleanup cleanup, LifecycleOptions options, TimeProvider time, ILogger<CleanupService> logger)
    : PeriodicService(options.CleanupInterval, beginsAtOnce: false, time)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => cleanup.RunAsync(isDryRun: false, cancellationToken);

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The cleanup was interrupted by the disk or the database; the next one goes on")]
    protected override partial void LeftOut(Exception exception);
}
