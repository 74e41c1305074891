using System.Threading.RateLimiting;
using Berth.Host.Services;
using Berth.Worker.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Berth.Host.Isolation.Worker.Broker;

/// <summary>Writes a worker's lines to the host's log, as many as a plugin may.</summary>
internal sealed class BrokerLogs(ILoggerFactory loggers)
{
    private readonly System.Runtime.CompilerServices.ConditionalWeakTable<WorkerSession, Allowance> _allowances = [];

    public async Task WriteAsync(HttpContext context, WorkerSession session)
    {
        var allowance = _allowances.GetValue(session, _ => new Allowance());
        IReadOnlyList<WorkerLogLine> lines;
        // One message at a time, as a worker sends them: a flood waits in the socket and not in memory.
        await allowance.Reading.WaitAsync(context.RequestAborted);
        try
        {
            lines = await BrokerMessage.ReadAsync(context, ProtocolJson.Default.IReadOnlyListWorkerLogLine);
        }
        finally
        {
            allowance.Reading.Release();
        }

        var factory = new PluginLoggerFactory(loggers, session.Id);
        foreach (var line in lines)
        {
            if (!allowance.TryTake(out var untold))
                continue;
            PluginScope.Current = new PluginScope(session.Id, line.User);
            if (untold > 0)
                factory.CreateLogger("").Log(LogLevel.Warning, default, $"{untold} lines of the log of {session.Id} were left out, because they were too many.", null, static (text, _) => text);
            var level = line.Level is >= (int)LogLevel.Trace and < (int)LogLevel.None ? (LogLevel)line.Level : LogLevel.Information;
            factory.CreateLogger(line.Category).Log(level, default, line.Text, null, static (text, _) => text);
        }
    }

    private sealed class Allowance
    {
        private readonly TokenBucketRateLimiter _rate = new(new TokenBucketRateLimiterOptions
        {
            TokenLimit = 5000,
            TokensPerPeriod = 500,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            AutoReplenishment = false,
        });

        private long _untold;

        public SemaphoreSlim Reading { get; } = new(1);

        public bool TryTake(out long untold)
        {
            _rate.TryReplenish();
            if (_rate.AttemptAcquire().IsAcquired)
            {
                untold = Interlocked.Exchange(ref _untold, 0);
                return true;
            }

            untold = 0;
            Interlocked.Increment(ref _untold);
            return false;
        }
    }
}
