using System.Diagnostics;
using Berth.Host.Health;

namespace Berth.Host.Observability;

/// <summary>Measures the calls of one version. On the hot path: no lock, nothing allocated.</summary>
internal sealed class CallMeter(HostMetrics metrics, string label, TimeProvider time)
{
    /// <summary>The last minute.</summary>
    public CallWindow Window { get; } = new(time);

    public void Ended(in EndedCall call)
    {
        Window.Add(call.Elapsed, call.Result is CallResult.Failed or CallResult.TimedOut);
        if (call.Kind == CallKind.Request)
            Request(call);
        else
            Other(call);
    }

    private void Request(in EndedCall call)
    {
        var slug = new KeyValuePair<string, object?>("plugin_slug", label);
        metrics.Requests.Add(1, new("outcome", CallWords.Of(call.Result)), slug);
        metrics.RequestTimes.Record(call.Elapsed.TotalSeconds, slug);
        if (call.Result is CallResult.Failed or CallResult.TimedOut)
            metrics.RequestErrors.Add(1, slug, new("reason", CallWords.Of(call.Result)));
    }

    private void Other(in EndedCall call)
    {
        var kind = new KeyValuePair<string, object?>("kind", CallWords.Of(call.Kind));
        var slug = new KeyValuePair<string, object?>("plugin_slug", label);
        metrics.Calls.Add(1, new TagList { kind, new("outcome", CallWords.Of(call.Result)), slug });
        metrics.CallTimes.Record(call.Elapsed.TotalSeconds, kind, slug);
    }
}
