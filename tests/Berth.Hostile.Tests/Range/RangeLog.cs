using Microsoft.Extensions.Logging;

namespace Berth.Hostile.Tests.Range;

/// <summary>The host's log, of which only the size matters; and the last errors, for whoever looks for a reason.</summary>
internal sealed class RangeLog
{
    private long _lines;

    public long Lines => Interlocked.Read(ref _lines);

    internal sealed class Provider(Func<RangeLog?> log) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (log() is { } counted)
                Interlocked.Increment(ref counted._lines);
        }
    }
}
