using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.Bulk;

/// <summary>Takes up bulk operations at the start, watches for those that other nodes leave, and lets go of all at the end.</summary>
internal sealed partial class BulkService(BulkOperations operations, LifecycleOptions options, TimeProvider time, ILogger<BulkService> logger)
    : PeriodicService(options.OperationLease / 2, beginsAtOnce: true, time)
{
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await operations.StopAsync();
    }

    protected override Task RunAsync(CancellationToken cancellationToken) => operations.ResumeAsync(cancellationToken);

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The database is away; operations for many users are taken up later")]
    protected override partial void LeftOut(Exception exception);
}
