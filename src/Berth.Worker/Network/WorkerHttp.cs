namespace Berth.Worker.Network;

/// <summary>
/// Outgoing HTTP of the plugin in this worker: one pool of connections, each a tunnel of the host's proxy, and a thin client
/// for each call. Only calls whose user granted the network have one, so they alone share the pool. What is checked here is for clear
/// answers; what holds is the proxy, which each connection tells its call.
/// </summary>
/// <param name="proxy">The proxy's Unix socket; <see langword="null"/>: there is no way out.</param>
/// <param name="token">Names the worker to the proxy.</param>
/// <param name="plugin">Slug and version, for people.</param>
internal sealed class WorkerHttp(string? proxy, string token, string plugin) : IDisposable
{
    private readonly Lazy<SocketsHttpHandler> _handler = new(() => new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(30),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ConnectCallback = (context, cancellationToken) => proxy is null
            ? throw new NetworkRefusedException("network.not_granted", isDenial: true, $"{plugin} has no way to the network.")
            : ProxyTunnel.OpenAsync(proxy, token, CallHttpHandler.CallerOf(context.InitialRequestMessage), context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellationToken),
    });

    /// <summary>The client of one call.</summary>
    /// <param name="demand">Throws when a capability is not in force for the call.</param>
    /// <param name="call">The id of the call.</param>
    /// <param name="ending">Cancelled when the call is over.</param>
    public HttpClient CreateClient(Action<string> demand, string call, CancellationToken ending) => new(new CallHttpHandler(_handler.Value, demand, call, ending), disposeHandler: true);

    public void Dispose()
    {
        if (_handler.IsValueCreated)
            _handler.Value.Dispose();
    }
}
