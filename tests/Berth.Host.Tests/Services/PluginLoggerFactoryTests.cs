using Berth.Host.Services;
using Microsoft.Extensions.Logging;

namespace Berth.Host.Tests.Services;

public sealed class PluginLoggerFactoryTests
{
    [Fact]
    public void Entries_reach_the_host_as_text_under_the_plugins_category()
    {
        using var host = new Recorder();
        using var loggers = new PluginLoggerFactory(host, new PluginVersionId("Notes", "1.2.3"));
        loggers.CreateLogger("Store").LogWarning(new InvalidOperationException("broken"), "Lost {Note}", new Note());

        var (category, state, exception) = host.Entries.ShouldHaveSingleItem();
        category.ShouldBe("Plugin.Notes.Store");
        state.ShouldBeOfType<string>().ShouldStartWith("Lost a note");
        ((string)state).ShouldContain("InvalidOperationException: broken");
        exception.ShouldBeNull();
    }

    [Fact]
    public void A_plugin_adds_no_provider_to_the_host() =>
        Should.Throw<NotSupportedException>(() => new PluginLoggerFactory(new Recorder(), default).AddProvider(new Recorder()));

    private sealed class Note
    {
        public override string ToString() => "a note";
    }

    private sealed class Recorder : ILoggerFactory, ILoggerProvider
    {
        public List<(string Category, object State, Exception? Exception)> Entries { get; } = [];

        public ILogger CreateLogger(string categoryName) => new Logger(categoryName, Entries);

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public void Dispose()
        {
        }

        private sealed class Logger(string category, List<(string Category, object State, Exception? Exception)> entries) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                entries.Add((category, state!, exception));
        }
    }
}
