using System.Net;
using System.Net.Sockets;
using Berth.Cli.Http;
using Berth.Cli.Output;
using Berth.Packaging.Archive;

namespace Berth.Cli.Dev;

/// <summary>
/// A page on this machine that shows the plugin and loads itself anew after each swap. It hands requests to the plugin on
/// to the host, as the developer; for this page alone: another web page could otherwise act as the developer.
/// </summary>
internal sealed class DevPage : IAsyncDisposable
{
    private readonly HttpListener _listener;
    private readonly DevProxy _proxy;
    private readonly DevStreams _streams = new();
    private readonly Task _serving;
    private volatile byte[] _state = DevState.Json(null, null);
    private volatile Package? _package;

    private DevPage(HttpListener listener, string address, DevProxy proxy)
    {
        (_listener, Address, _proxy) = (listener, address, proxy);
        _serving = Task.Run(ServeAsync);
    }

    /// <summary>Where it is, without a closing slash.</summary>
    public string Address { get; }

    /// <summary>Starts it on 127.0.0.1.</summary>
    public static DevPage Start(ApiConnection host, int port)
    {
        // A free port may be taken by somebody else a moment later.
        for (var tries = 0; ; tries++)
        {
            var address = $"http://127.0.0.1:{(port == 0 ? FreePort() : port)}";
            var listener = new HttpListener { Prefixes = { address + "/" } };
            try
            {
                listener.Start();
                return new DevPage(listener, address, new DevProxy(host));
            }
            catch (HttpListenerException exception)
            {
                listener.Close();
                if (port != 0 || tries == 3)
                    throw new CommandFailedException(ExitCode.Failed, "client.dev.port", $"The page cannot listen at {address}: {exception.Message}", "Name another port with --port.", inner: exception);
            }
        }
    }

    /// <summary>Another version is in force: pages that are open load themselves anew.</summary>
    public void Swap(Package package)
    {
        _package = package;
        _state = DevState.Json(package, null);
        _streams.Send("swapped", package.Manifest.Version.ToString());
    }

    /// <summary>Shows why there is no new version.</summary>
    public void Fail(CommandFailedException failure)
    {
        _state = DevState.Json(_package, failure);
        _streams.Send("failed", "");
    }

    /// <summary>What was wrong is right again, and nothing else has changed.</summary>
    public void Recover()
    {
        _state = DevState.Json(_package, null);
        _streams.Send("failed", "");
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _streams.Dispose();
        _listener.Close();
        await _serving;
        _proxy.Dispose();
    }

    private static int FreePort()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        return ((IPEndPoint)free.LocalEndpoint).Port;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }

            _ = Task.Run(() => AnswerAsync(context));
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            Guard(context.Response);
            if (!IsFromThisPage(context.Request))
                await WriteAsync(context.Response, 403, "text/plain", "This page serves itself only."u8.ToArray());
            else
                await RouteAsync(context);
        }
        catch (Exception exception) when (exception is HttpListenerException or IOException or ObjectDisposedException or InvalidOperationException or HttpRequestException or CommandFailedException)
        {
            // The browser went away, or the host did; the page asks again.
            context.Response.Abort();
        }
    }

    private Task RouteAsync(HttpListenerContext context)
    {
        var path = context.Request.Url!.AbsolutePath;
        if (path == "/events")
            return _streams.AddAsync(context.Response, () => _package?.Manifest.Version.ToString() ?? "");
        if (path == "/state.json")
            return WriteAsync(context.Response, 200, "application/json", _state);
        if (DevPageFiles.Find(path) is { } file)
            return WriteAsync(context.Response, 200, file.Type, file.Bytes);
        return _package is { } package && DevProxy.Goal(path, package.Manifest.Name) is { } goal
            ? _proxy.ForwardAsync(context, goal)
            : WriteAsync(context.Response, 404, "text/plain", "There is nothing here."u8.ToArray());
    }

    /// <summary>A page of another site, or a name that was made to lead here, must not use the developer's rights.</summary>
    private bool IsFromThisPage(HttpListenerRequest request) =>
        string.Equals(request.Headers["Host"], new Uri(Address).Authority, StringComparison.OrdinalIgnoreCase)
        && request.Headers["Sec-Fetch-Site"] is null or "same-origin" or "none"
        && (request.Headers["Origin"] is not { } origin || string.Equals(origin, Address, StringComparison.OrdinalIgnoreCase));

    private static void Guard(HttpListenerResponse response)
    {
        response.Headers["Content-Security-Policy"] =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        response.Headers["X-Content-Type-Options"] = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers["Cache-Control"] = "no-store";
    }

    private static async Task WriteAsync(HttpListenerResponse response, int status, string type, byte[] bytes)
    {
        response.StatusCode = status;
        response.ContentType = type + "; charset=utf-8";
        response.ContentLength64 = bytes.Length;
        await response.OutputStream.WriteAsync(bytes);
        response.Close();
    }
}
