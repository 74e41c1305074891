using System.Threading.Channels;
using Berth.Worker.Calls;
using Berth.Worker.Protocol;
using Microsoft.Extensions.Logging;

namespace Berth.Worker.Broker;

/// <summary>The plugin's log, on its way to the host's. Bounded: what a flood pushes out is counted and told.</summary>
internal sealed class BrokerLoggerFactory : ILoggerFactory
{
    private const int MostWaiting = 4096;
    private const int MostInOne = 256;
    private const int LongestText = 16 * 1024;

    private readonly Channel<WorkerLogLine> _lines;
    private readonly BrokerClient _broker;
    private readonly LogLevel _minimum;
    private long _dropped;

    public BrokerLoggerFactory(BrokerClient broker, LogLevel minimum)
    {
        _broker = broker;
        _minimum = minimum;
        _lines = Channel.CreateBounded<WorkerLogLine>(
            new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true },
            _ => Interlocked.Increment(ref _dropped));
        _ = Task.Run(SendAsync);
    }

    public ILogger CreateLogger(string categoryName) => new BrokerLogger(this, categoryName, MinimumOf(categoryName));

    public void AddProvider(ILoggerProvider provider) =>
        throw new NotSupportedException("A plugin logs through the host; logging providers are the host's.");

    public void Dispose()
    {
    }

    private async Task SendAsync()
    {
        var batch = new List<WorkerLogLine>(MostInOne);
        while (await _lines.Reader.WaitToReadAsync())
        {
            batch.Clear();
            while (batch.Count < MostInOne && _lines.Reader.TryRead(out var line))
                batch.Add(line);
            if (Interlocked.Exchange(ref _dropped, 0) is > 0 and var lost)
                batch.Add(new WorkerLogLine((int)LogLevel.Warning, "", $"{lost} lines of the log were dropped, because they came faster than they could be sent.", null));
            try
            {
                await _broker.PostAsync("/logs", batch, ProtocolJson.Default.IReadOnlyListWorkerLogLine, CancellationToken.None);
            }
            catch (Exception)
            {
                // The host is going, or refuses a flood; the plugin is not to fail for its log.
                Interlocked.Add(ref _dropped, batch.Count);
            }
        }
    }

    // As in the host's own process: the framework tells of every request, which is the host's affair.
    private LogLevel MinimumOf(string category)
    {
        var least = category.StartsWith("Microsoft.", StringComparison.Ordinal) || category.StartsWith("System.", StringComparison.Ordinal)
            ? LogLevel.Warning
            : LogLevel.Trace;
        return least > _minimum ? least : _minimum;
    }

    private sealed class BrokerLogger(BrokerLoggerFactory factory, string category, LogLevel minimum) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None && logLevel >= minimum;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            var text = formatter(state, exception);
            if (exception is not null)
                text = $"{text}{Environment.NewLine}{exception}";
            if (text.Length > LongestText)
                text = string.Concat(text.AsSpan(0, LongestText), "…");
            factory._lines.Writer.TryWrite(new WorkerLogLine((int)logLevel, category, text, WorkerCall.Current?.User?.Id));
        }
    }
}
