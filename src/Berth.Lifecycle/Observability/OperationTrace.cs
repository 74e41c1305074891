using System.Diagnostics;
using Berth.Lifecycle.Operations;

namespace Berth.Lifecycle.Observability;

/// <summary>The activity of an operation. Its steps are children of it, and so are the calls into plugins that it makes.</summary>
internal static class OperationTrace
{
    /// <summary>Begins one; <see langword="null"/> while nobody listens.</summary>
    public static Activity? Start(string kind, string slug)
    {
        if (!LifecycleTelemetry.Source.HasListeners())
            return null;
        return LifecycleTelemetry.Source.StartActivity($"operation {kind}")?.SetTag("plugin.slug", slug).SetTag("operation.kind", kind);
    }

    /// <summary>Begins the next step of the operation that runs here, and ends the one before.</summary>
    public static Activity? NextStep(Activity? last, string step)
    {
        if (last is null && !LifecycleTelemetry.Source.HasListeners())
            return null;

        // A step ends in another flow than it began in, so it is never the current activity: the operation is.
        var operation = Activity.Current;
        last?.Dispose();
        Activity.Current = operation;
        var next = LifecycleTelemetry.Source.StartActivity($"step {step}")?.SetTag("operation.step", step);
        Activity.Current = operation;
        return next;
    }

    /// <summary>Ends it with how the operation ended; without an outcome it threw.</summary>
    public static void End(Activity? activity, OperationOutcome? outcome)
    {
        if (activity is null)
            return;
        activity.SetTag("operation.status", OperationMetrics.StatusOf(outcome));
        switch (outcome)
        {
            case OperationOutcome.Done { Result: var done }:
                activity.SetTag("plugin.slug", done.Slug).SetTag("plugin.version", done.Version);
                break;
            case OperationOutcome.Failed failed:
                activity.SetTag("operation.code", failed.Code).SetStatus(ActivityStatusCode.Error, failed.Message);
                break;
            case OperationOutcome.Refused refused:
                activity.SetTag("operation.code", refused.Code);
                break;
            case null:
                activity.SetStatus(ActivityStatusCode.Error);
                break;
        }

        activity.Dispose();
    }
}
