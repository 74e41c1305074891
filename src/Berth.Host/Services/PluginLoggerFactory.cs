using Microsoft.Extensions.Logging;

namespace Berth.Host.Services;

/// <summary>
/// The plugin's door to the host's logging. Everything is turned into text here: a log entry that carries an object or an
/// exception of the plugin into a queue of the host would keep the version in memory after its unload.
/// </summary>
internal sealed class PluginLoggerFactory(ILoggerFactory host, PluginVersionId id) : ILoggerFactory
{
    private readonly PluginLogScope _scope = new(id);

    public ILogger CreateLogger(string categoryName)
    {
        var category = categoryName.Length == 0 ? $"Plugin.{id.Slug}" : $"Plugin.{id.Slug}.{categoryName}";
        return new PluginLogger(host.CreateLogger(category), _scope, MinimumOf(categoryName));
    }

    public void AddProvider(ILoggerProvider provider) =>
        throw new NotSupportedException("A plugin logs through the host; logging providers are the host's.");

    public void Dispose()
    {
    }

    // The framework inside a plugin tells of every request; that is the host's own affair, under the host's own categories.
    private static LogLevel MinimumOf(string category) =>
        category.StartsWith("Microsoft.", StringComparison.Ordinal) || category.StartsWith("System.", StringComparison.Ordinal)
            ? LogLevel.Warning
            : LogLevel.Trace;

    private sealed class PluginLogger(ILogger host, PluginLogScope scope, LogLevel minimum) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => host.BeginScope(state.ToString() ?? "");

        public bool IsEnabled(LogLevel logLevel) => logLevel >= minimum && host.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            var text = formatter(state, exception);
            if (exception is not null)
                text = $"{text}{Environment.NewLine}{exception}";
            using (host.BeginScope(scope.Current))
                host.Log(logLevel, new EventId(eventId.Id, eventId.Name), text, null, static (text, _) => text);
        }
    }
}
