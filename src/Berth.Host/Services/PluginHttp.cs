namespace Berth.Host.Services;

/// <summary>Outgoing HTTP of plugins: one handler of the host's with its connections, and a thin client for each call.</summary>
internal static class PluginHttp
{
    // No proxy from the environment, no cookies: what one user's call received must not go out with another's.
    private static readonly SocketsHttpHandler Handler = new()
    {
        UseProxy = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };

    /// <summary>A client whose requests end with the call.</summary>
    public static HttpClient CreateClient(CancellationToken ending) => new(new CallHandler(Handler, ending), disposeHandler: true);

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
