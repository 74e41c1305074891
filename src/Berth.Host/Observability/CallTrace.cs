using System.Diagnostics;
using Berth.Host.Health;

namespace Berth.Host.Observability;

/// <summary>
/// The activity of one call into a plugin whose manifest wants traces (<c>monitoring.performance.enableTracing</c>). It is the
/// current one while the plugin's code runs, so what that code begins is below it.
/// </summary>
internal static class CallTrace
{
    /// <summary>
    /// Begins one below the current activity and leaves that one current here: whoever runs the plugin's code makes the new
    /// one current there. <see langword="null"/> while nobody listens, or when the plugin wants none.
    /// </summary>
    public static Activity? Start(CallKind kind, PluginVersionId id, bool isWanted)
    {
        if (!isWanted || !HostTelemetry.Source.HasListeners())
            return null;
        var outer = Activity.Current;
        var activity = HostTelemetry.Source.StartActivity(Name(kind))?.SetTag("plugin.slug", id.Slug).SetTag("plugin.version", id.Version);
        Activity.Current = outer;
        return activity;
    }

    /// <summary>Ends it, in whichever flow the answer is known; once.</summary>
    public static void End(Activity? activity, CallResult result, string? reason)
    {
        if (activity is null or { IsStopped: true })
            return;
        activity.SetTag("plugin.outcome", CallWords.Of(result));
        if (result is CallResult.Failed or CallResult.TimedOut)
            activity.SetStatus(ActivityStatusCode.Error, reason);
        var current = Activity.Current;
        activity.Dispose();

        // Stopping makes the parent current, which is right only where the activity itself was.
        Activity.Current = ReferenceEquals(current, activity) ? activity.Parent : current;
    }

    private static string Name(CallKind kind) => kind switch
    {
        CallKind.Request => "plugin request",
        CallKind.Lifecycle => "plugin lifecycle",
        CallKind.Service => "plugin service",
        CallKind.Event => "plugin event",
        CallKind.Guard => "plugin guard",
        CallKind.Hook => "plugin hook",
        _ => "plugin call",
    };
}
