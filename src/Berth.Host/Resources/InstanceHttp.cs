using Berth.Host.Isolation.Network;
using Berth.Worker.Network;

namespace Berth.Host.Resources;

/// <summary>
/// Outgoing HTTP of one instance in the host's own process: a handler with its connections, which go through the instance's
/// gate and end with the instance, and a thin client for each call.
/// </summary>
internal sealed class InstanceHttp : IDisposable
{
    private readonly Lazy<SocketsHttpHandler> _handler;
    private NetworkGate? _gate;

    public InstanceHttp() => _handler = new Lazy<SocketsHttpHandler>(CreateHandler);

    /// <summary>Opens the way out: before it, and without it, there is none.</summary>
    public void GoThrough(NetworkGate gate) => _gate = gate;

    /// <summary>How much may go through from now on.</summary>
    public void Limit(long bytesPerSecond) => _gate?.Limit(bytesPerSecond);

    /// <summary>A client whose requests end with the call.</summary>
    /// <param name="demand">Throws when a capability is not in force for the call.</param>
    /// <param name="userId">The user of the call.</param>
    /// <param name="ending">Cancelled when the call is over.</param>
    public HttpClient CreateClient(Action<string> demand, string userId, CancellationToken ending) => new(new CallHttpHandler(_handler.Value, demand, userId, ending), disposeHandler: true);

    public void Dispose()
    {
        if (_handler.IsValueCreated)
            _handler.Value.Dispose();
        _gate?.Dispose();
    }

    // No proxy from the environment, no cookies: what one user's call received must not go out with another's.
    private SocketsHttpHandler CreateHandler() => new()
    {
        UseProxy = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(30),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ConnectCallback = async (context, cancellationToken) => _gate is { } gate
            ? await gate.ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, new NetworkCaller(CallHttpHandler.CallerOf(context.InitialRequestMessage)), cancellationToken)
            : throw new NetworkRefusedException(NetworkCodes.NotGranted, isDenial: true, "This instance has no way to the network."),
    };
}
