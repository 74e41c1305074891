using System.Text.Json;
using Berth.Worker.Protocol;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace Berth.Host.Isolation.Worker.Forwarding;

/// <summary>One request on its way to a worker and its answer on the way back.</summary>
internal sealed class ForwardTransformer(OpenCall call) : HttpTransformer
{
    /// <summary>What the worker said in the place of an answer.</summary>
    public WorkerOutcome? Outcome { get; private set; }

    public override async ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        Clean(proxyRequest);
        proxyRequest.Headers.TryAddWithoutValidation(WorkerProtocol.CallHeader, call.Id);
        proxyRequest.Headers.TryAddWithoutValidation(WorkerProtocol.UserHeader, UserHeader.Encode(call.Message));
        proxyRequest.Headers.TryAddWithoutValidation(WorkerProtocol.PathBaseHeader, httpContext.Request.PathBase.Value);
        proxyRequest.Headers.TryAddWithoutValidation(WorkerProtocol.SchemeHeader, httpContext.Request.Scheme);
    }

    public override async ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is not null && proxyResponse.Headers.NonValidated.Contains(WorkerProtocol.OutcomeHeader))
        {
            Outcome = JsonSerializer.Deserialize(await WorkerConnection.ReadBoundedAsync(proxyResponse, cancellationToken), ProtocolJson.Default.WorkerOutcome);
            return false;
        }

        return await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
    }

    // The protocol's headers are the host's to set, whatever a client sends.
    private static void Clean(HttpRequestMessage request)
    {
        List<string>? foreign = null;
        foreach (var header in request.Headers.NonValidated)
        {
            if (header.Key.StartsWith(WorkerProtocol.HeaderPrefix, StringComparison.OrdinalIgnoreCase))
                (foreign ??= []).Add(header.Key);
        }

        foreign?.ForEach(name => request.Headers.Remove(name));
    }
}
