using System.Collections.Concurrent;

namespace Berth.Server.Tests;

/// <summary>The last exceptions that servers of this process logged: a test that meets a 500 says by this what was behind it.</summary>
internal sealed class ServerErrors : ILoggerProvider
{
    private const int Most = 5;
    private static readonly ConcurrentQueue<string> Last = new();

    /// <summary>An answer, and, if it hides one, the exceptions that were logged before it.</summary>
    public static string Explain(string answer) =>
        answer.Contains("server.error", StringComparison.Ordinal) ? string.Join("\n", [answer, "The last exceptions of servers in this process:", .. Last]) : answer;

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (exception is null || !IsEnabled(logLevel))
                return;
            Last.Enqueue($"{category}: {formatter(state, exception)}\n{exception}");
            while (Last.Count > Most)
                Last.TryDequeue(out _);
        }
    }
}
