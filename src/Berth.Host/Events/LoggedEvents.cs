using Berth.Events;
using Microsoft.Extensions.Logging;

namespace Berth.Host.Events;

/// <summary>Writes events to the log, for a host that nobody else listens to.</summary>
internal sealed partial class LoggedEvents(ILogger<LoggedEvents> logger) : IHostEvents
{
    public void Raise(BerthEvent happened, PluginVersionId? plugin = null, string? userId = null) => LogEvent(happened);

    [LoggerMessage(1301, LogLevel.Debug, "{Event}")]
    private partial void LogEvent(BerthEvent @event);
}
