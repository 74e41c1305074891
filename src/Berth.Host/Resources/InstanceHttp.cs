namespace Berth.Host.Resources;

/// <summary>
/// Outgoing HTTP of one instance: a handler with its connections, which end with the instance, and a thin client for each call.
/// </summary>
internal sealed class InstanceHttp : IDisposable
{
    private readonly Lazy<SocketsHttpHandler> _handler = new(CreateHandler);

    /// <summary>A client whose requests end with the call.</summary>
    public HttpClient CreateClient(CancellationToken ending) => new(new CallHandler(_handler.Value, ending), disposeHandler: true);

    public void Dispose()
    {
        if (_handler.IsValueCreated)
            _handler.Value.Dispose();
    }

    // No proxy from the environment, no cookies: what one user's call received must not go out with another's.
    private static SocketsHttpHandler CreateHandler() => new()
    {
        UseProxy = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };

    private sealed class CallHandler(HttpMessageHandler inner, CancellationToken ending) : HttpMessageHandler
    {
        private readonly HttpMessageInvoker _inner = new(inner, disposeHandler: false);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, ending);
            return await _inner.SendAsync(request, linked.Token);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
