using System.Text.Json;
using Berth.Host.Dispatch;
using Berth.Worker.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace Berth.Host.Isolation.Worker.Forwarding;

/// <summary>In the place of the plugin's own pipeline: the request is forwarded to the worker, and its answer is streamed back.</summary>
internal sealed class WorkerEndpoints(IHttpForwarder forwarder, WorkerInstance worker, WorkerSession session, bool hasStreams)
{
    private const string Destination = "http://worker/";

    // The call's own limit ends it, by the request's token.
    private static readonly ForwarderRequestConfig Config = new()
    {
        ActivityTimeout = TimeSpan.FromDays(1),
        Version = System.Net.HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        AllowResponseBuffering = false,
    };

    // A client of HTTP/1.1 reads no answer before its request is sent: a plugin that answers while it reads would wait for ever.
    private static readonly ForwarderRequestConfig StreamConfig = Config with { Version = System.Net.HttpVersion.Version20 };

    public async Task ForwardAsync(HttpContext context)
    {
        using var call = session.Open((CallServices)context.Features.GetRequiredFeature<IServiceProvidersFeature>());
        var transformer = new ForwardTransformer(call);
        ForwarderError error;
        // The forwarder looks at the request's token by itself.
        try
        {
            error = hasStreams && HasLargeBody(context)
                ? await forwarder.SendAsync(context, Destination, worker.Connection.Streams, StreamConfig, transformer)
                : await forwarder.SendAsync(context, Destination, worker.Connection.Requests, Config, transformer);
        }
        catch (JsonException)
        {
            throw new RemoteFailureException("the worker answered what is no message of the protocol.");
        }

        if (transformer.Outcome is { } outcome)
            CallFeatures.Of(context).Verdict = VerdictOf(outcome);
        else if (error != ForwarderError.None)
            await FailAsync(context, error);
    }

    // Less than that fits into the socket's own buffers.
    private static bool HasLargeBody(HttpContext context) =>
        context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true }
        && context.Request.ContentLength is null or > 32 * 1024
        && context.Features.Get<IHttpUpgradeFeature>() is null;

    private static DispatchOutcome VerdictOf(WorkerOutcome outcome) => outcome.Kind switch
    {
        WorkerOutcomeKinds.NoEndpoint => new DispatchOutcome.NoEndpoint(MethodNotAllowed: false),
        WorkerOutcomeKinds.MethodNotAllowed => new DispatchOutcome.NoEndpoint(MethodNotAllowed: true),
        WorkerOutcomeKinds.BadRequest => new DispatchOutcome.BadRequest(outcome.Status is >= 400 and < 500 ? outcome.Status : StatusCodes.Status400BadRequest, outcome.Reason),
        WorkerOutcomeKinds.Denied => new DispatchOutcome.Denied(outcome.Code is { } code && code.StartsWith("guard.", StringComparison.Ordinal) ? code : "guard.denied", outcome.Reason),
        // The same exceptions as in process: whoever runs the call knows what each means.
        _ => throw outcome.ToException(),
    };

    private async Task FailAsync(HttpContext context, ForwarderError error)
    {
        // Whose token it was is for the call to say: its limit, its client, or the version's unload.
        context.RequestAborted.ThrowIfCancellationRequested();
        if (error is ForwarderError.RequestBodyClient or ForwarderError.RequestBodyCanceled or ForwarderError.RequestCanceled or ForwarderError.ResponseBodyClient)
            throw new OperationCanceledException();
        // A worker that died takes a moment to be seen.
        await Task.WhenAny(worker.Exited, Task.Delay(TimeSpan.FromMilliseconds(250), CancellationToken.None));
        throw new RemoteFailureException(worker.Exited.IsCompleted
            ? worker.DescribeEnd()
            : $"its worker broke the connection ({context.Features.Get<IForwarderErrorFeature>()?.Exception?.GetBaseException().Message ?? error.ToString()}).");
    }
}
