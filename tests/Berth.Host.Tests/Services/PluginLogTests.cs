using System.Collections.Concurrent;
using Berth.Host.Tests.Beds;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Berth.Host.Tests.Services;

/// <summary>What a golden plugin logs, in the host's log: from its own process and from a worker.</summary>
public abstract class PluginLogTests : IAsyncLifetime
{
    private readonly Recorder _log = new();
    private PluginBed _bed = null!;

    public async Task InitializeAsync()
    {
        _bed = await StartAsync();
        _bed.Services.GetRequiredService<ILoggerFactory>().AddProvider(_log);
    }

    public Task DisposeAsync() => _bed.DisposeAsync().AsTask();

    private protected abstract Task<PluginBed> StartAsync();

    [Fact]
    public async Task A_line_reaches_the_host_with_its_level_its_category_and_whose_call_it_is()
    {
        (await _bed.Http.GetAsync("/p/Hooked/1.0.0/log")).Dispose();

        await Eventually.BeTrueAsync(() => _log.Lines.Any(line => line.Text == "a word"));
        _log.Lines.Single(line => line.Text == "a word").ShouldBe(
            new Line(LogLevel.Warning, "Plugin.Hooked.Plugin", "a word", $"plugin=Hooked pluginVersion=1.0.0 user={PluginBed.UserId}"));
    }

    private sealed record Line(LogLevel Level, string Category, string Text, string Scope);

    private sealed class Recorder : ILoggerProvider, ISupportExternalScope
    {
        private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

        public ConcurrentQueue<Line> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => new Logger(categoryName, this);

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

        public void Dispose()
        {
        }

        private sealed class Logger(string category, Recorder recorder) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                var scope = "";
                recorder._scopes.ForEachScope(
                    (one, _) => scope = one is IEnumerable<KeyValuePair<string, object?>> pairs && pairs.Any(pair => pair.Key == "plugin") ? string.Join(' ', pairs.Select(pair => $"{pair.Key}={pair.Value}")) : scope, state);
                recorder.Lines.Enqueue(new Line(logLevel, category, formatter(state, exception), scope));
            }
        }
    }
}

public sealed class InProcessPluginLogTests : PluginLogTests
{
    private protected override Task<PluginBed> StartAsync() => PluginBed.StartAsync();
}

public sealed class WorkerPluginLogTests : PluginLogTests
{
    private protected override Task<PluginBed> StartAsync() => PluginBed.StartWithWorkersAsync();
}
