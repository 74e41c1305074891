using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Berth.Host;

/// <summary>Retires idle instances from time to time, and unloads all when the host stops.</summary>
internal sealed partial class InstanceRetirement(InstancePool pool, HostOptions options, TimeProvider time, ILogger<InstanceRetirement> logger) : BackgroundService
{
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await pool.StopAsync().WaitAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var interval = options.RetireInterval < options.IdleTimeout ? options.RetireInterval : options.IdleTimeout;
        using var timer = new PeriodicTimer(interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var retired = await pool.RetireIdleAsync(stoppingToken);
            if (retired > 0)
                LogRetired(retired, options.IdleTimeout);
        }
    }

    [LoggerMessage(1201, LogLevel.Information, "Retired {Count} instances that nobody had used for {IdleTimeout}")]
    private partial void LogRetired(int count, TimeSpan idleTimeout);
}
