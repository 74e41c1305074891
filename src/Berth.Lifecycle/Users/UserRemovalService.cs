using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.Users;

/// <summary>Carries deletions of users on that a killed process left: at the start, and every minute for other nodes.</summary>
internal sealed partial class UserRemovalService(IUserRemoval removal, TimeProvider time, ILogger<UserRemovalService> logger)
    : PeriodicService(TimeSpan.FromMinutes(1), beginsAtOnce: true, time)
{
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        if (await removal.ResumeAsync(cancellationToken) is var count and > 0)
            LogResumed(count);
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "{Count} deletions of users were carried to their end")]
    private partial void LogResumed(int count);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "The database or the disk is away; deletions of users go on later")]
    protected override partial void LeftOut(Exception exception);
}
