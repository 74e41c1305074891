using Berth.Events;
using Berth.Host.Events;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Berth.Host.Usage;

/// <summary>
/// Retires idle instances before their time when memory is short: those idle for longest first, a quarter of them at each look, so
/// that it stops when the load is down again. Whoever has a lease keeps its instance.
/// </summary>
internal sealed partial class PressureRetirement(InstancePool pool, IHostEvents events, HostOptions options, TimeProvider time, ILogger<PressureRetirement> logger) : BackgroundService
{
    /// <summary>Looks once. Returns how many were retired.</summary>
    public async Task<int> LookAsync(CancellationToken cancellationToken)
    {
        var load = options.MemoryLoad();
        if (load < options.MemoryPressureThreshold || options.MemoryPressureThreshold >= 1)
            return 0;
        var retired = await pool.RetireUnderPressureAsync(cancellationToken);
        if (retired > 0)
        {
            events.Raise(new MemoryPressure(retired, Math.Round(100 * load, 1)));
            LogRetired(retired, 100 * load);
        }

        return retired;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.MemoryPressureInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await LookAsync(stoppingToken);
    }

    [LoggerMessage(1202, LogLevel.Warning, "Memory is {Load:0} % full: retired {Count} idle instances before their time")]
    private partial void LogRetired(int count, double load);
}
