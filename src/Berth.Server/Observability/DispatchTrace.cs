using System.Diagnostics;
using Berth.Host;
using Berth.Host.Dispatch;

namespace Berth.Server.Observability;

/// <summary>
/// The activity of a request on its way into a plugin: from the search for an instance, which may have to be loaded, to the
/// answer. What the plugin does is below it.
/// </summary>
internal static class DispatchTrace
{
    private static readonly ActivitySource Source = new(BerthTelemetry.SourceName);

    /// <summary>Begins one; <see langword="null"/> while nobody listens.</summary>
    public static Activity? Start(string slug, string version) => Source.HasListeners()
        ? Source.StartActivity("plugin dispatch")?.SetTag("plugin.slug", slug).SetTag("plugin.version", version)
        : null;

    /// <summary>Notes how the call ended.</summary>
    public static void End(Activity? activity, DispatchOutcome outcome)
    {
        switch (outcome)
        {
            case DispatchOutcome.Completed:
                Note(activity, "completed");
                break;
            case DispatchOutcome.NoEndpoint:
                Note(activity, "no_endpoint");
                break;
            case DispatchOutcome.Denied denied:
                Note(activity, "denied")?.SetTag("plugin.code", denied.Code);
                break;
            case DispatchOutcome.BadRequest:
                Note(activity, "bad_request");
                break;
            case DispatchOutcome.TimedOut late:
                Note(activity, "timed_out")?.SetStatus(ActivityStatusCode.Error, $"No answer within {late.Limit.TotalSeconds:0.###} s.");
                break;
            case DispatchOutcome.BreakerOpen:
                Note(activity, "breaker_open")?.SetStatus(ActivityStatusCode.Error, "The circuit breaker is open.");
                break;
            case DispatchOutcome.ServiceWithdrawn withdrawn:
                Note(activity, "service_withdrawn")?.SetStatus(ActivityStatusCode.Error, withdrawn.Reason);
                break;
            case DispatchOutcome.Stopped stopped:
                Note(activity, "stopped")?.SetTag("plugin.code", stopped.Code).SetStatus(ActivityStatusCode.Error, stopped.Reason);
                break;
            case DispatchOutcome.Crashed crashed:
                Note(activity, "crashed")?.SetStatus(ActivityStatusCode.Error, crashed.Reason);
                break;
            default:
                Note(activity, outcome.GetType().Name);
                break;
        }
    }

    /// <summary>Notes why there was no instance.</summary>
    public static void End(Activity? activity, LeaseOutcome outcome)
    {
        if (outcome is LeaseOutcome.Failed failed)
            Note(activity, "unavailable")?.SetTag("plugin.code", failed.Code).SetStatus(ActivityStatusCode.Error, failed.Reason);
        else
            Note(activity, "no_code");
    }

    private static Activity? Note(Activity? activity, string outcome) => activity?.SetTag("plugin.outcome", outcome);
}
