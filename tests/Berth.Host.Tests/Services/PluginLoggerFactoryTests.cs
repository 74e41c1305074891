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
    public async Task Entries_carry_plugin_version_and_the_user_on_whose_behalf_the_code_runs()
    {
        using var host = new Recorder();
        using var loggers = new PluginLoggerFactory(host, new PluginVersionId("Notes", "1.2.3"));
        var logger = loggers.CreateLogger("Store");
        logger.LogWarning("of nobody");
        await LogAsync(new PluginScope(new PluginVersionId("Notes", "1.2.3"), "ana"));
        await LogAsync(new PluginScope(new PluginVersionId("Other", "1.0.0"), "ben"));

        host.Scopes.ShouldBe(["plugin=Notes pluginVersion=1.2.3", "plugin=Notes pluginVersion=1.2.3 user=ana", "plugin=Notes pluginVersion=1.2.3"]);

        // In a method of its own: the scope ends with it.
        async Task LogAsync(PluginScope scope)
        {
            PluginScope.Current = scope;
            await Task.Yield();
            logger.LogWarning("of somebody");
        }
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

        public List<string> Scopes { get; } = [];

        public ILogger CreateLogger(string categoryName) => new Logger(categoryName, this);

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public void Dispose()
        {
        }

        private sealed class Logger(string category, Recorder recorder) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull
            {
                recorder.Scopes.Add(string.Join(' ', ((IEnumerable<KeyValuePair<string, object?>>)state).Select(pair => $"{pair.Key}={pair.Value}")));
                return null;
            }

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                recorder.Entries.Add((category, state!, exception));
        }
    }
}
