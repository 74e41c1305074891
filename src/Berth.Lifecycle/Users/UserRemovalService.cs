using Berth.Data.Sessions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.Users;

/// <summary>Carries deletions of users on that a killed process left: at the start, and every minute for other nodes.</summary>
internal sealed partial class UserRemovalService(IUserRemoval removal, TimeProvider time, ILogger<UserRemovalService> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
                await ResumeAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task ResumeAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await removal.ResumeAsync(cancellationToken) is var count and > 0)
                LogResumed(count);
        }
        catch (DatabaseUnavailableException exception)
        {
            LogLater(exception);
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "{Count} deletions of users were carried to their end")]
    private partial void LogResumed(int count);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "The database is away; deletions of users go on later")]
    private partial void LogLater(Exception exception);
}
