using System.Net;

namespace Berth.Worker.Network;

/// <summary>
/// The client of one call, the same in a worker and in the host's process: its requests end with the call, each is checked
/// against the capabilities of the call, and a host that may not be reached is a capability that is not there.
/// </summary>
/// <param name="inner">The instance's connections; outlive the call.</param>
/// <param name="demand">Throws <see cref="CapabilityDeniedException"/> when the capability is not in force for this call.</param>
/// <param name="caller">Names the call to whoever opens a connection for one of its requests: its id in a worker, its user's in the host's process.</param>
/// <param name="ending">Cancelled when the call is over.</param>
internal sealed class CallHttpHandler(HttpMessageHandler inner, Action<string> demand, string caller, CancellationToken ending) : HttpMessageHandler
{
    // In the request and not ambient: connections are made in the background, and the request is what the framework tells of.
    private static readonly HttpRequestOptionsKey<string> Caller = new("Berth.Caller");

    private readonly HttpMessageInvoker _inner = new(inner, disposeHandler: false);

    /// <summary>For which call a connection is opened; <see langword="null"/> when it is for a request that came past this class.</summary>
    public static string? CallerOf(HttpRequestMessage request) => request.Options.TryGetValue(Caller, out var caller) ? caller : null;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var capability = IsWebSocket(request) ? Capabilities.WebSocket : Capabilities.HttpClient;
        demand(capability);
        StayOnTcp(request);
        request.Options.Set(Caller, caller);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, ending);
        try
        {
            return await _inner.SendAsync(request, linked.Token);
        }
        catch (HttpRequestException exception) when (Denial(exception) is { } denial)
        {
            throw denial.IsOfCapability ? new CapabilityDeniedException(capability, denial.Message) : CapabilityDeniedException.OutOfReach(capability, denial.Message);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _inner.Dispose();
        base.Dispose(disposing);
    }

    private static bool IsWebSocket(HttpRequestMessage request) =>
        string.Equals(request.Headers.Protocol, "websocket", StringComparison.OrdinalIgnoreCase)
        || request.Headers.Upgrade.Any(upgrade => string.Equals(upgrade.Name, "websocket", StringComparison.OrdinalIgnoreCase));

    // HTTP/3 would open a connection of its own over UDP, past the one place where connections are made.
    private static void StayOnTcp(HttpRequestMessage request)
    {
        if (request.Version.Major < 3 && request.VersionPolicy != HttpVersionPolicy.RequestVersionOrHigher)
            return;
        request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
    }

    private static NetworkRefusedException? Denial(Exception exception)
    {
        for (var cause = exception.InnerException; cause is not null; cause = cause.InnerException)
        {
            if (cause is NetworkRefusedException { IsDenial: true } denial)
                return denial;
        }

        return null;
    }
}
