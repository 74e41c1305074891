using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Features.Authentication;
using Microsoft.AspNetCore.Routing;

namespace Berth.Host.Dispatch;

/// <summary>
/// The request as the plugin sees it: below its own path base, with the caller as user. Detached from the server's
/// request when the call is over, because the server reuses that one for the next request of the connection.
/// </summary>
internal sealed class CallRequest(HttpContext host, IPluginUser user, PathString pathBase, PathString path, CancellationToken unloading)
    : IHttpRequestFeature, IRouteValuesFeature, IHttpRequestLifetimeFeature, IHttpAuthenticationFeature,
      IHttpRequestBodyDetectionFeature, IHttpConnectionFeature, IHttpRequestIdentifierFeature
{
    private volatile HttpContext? _host = host;
    private CallRequestHeaders? _headers;
    private CallRequestBody? _body;

    /// <summary>The call's own token.</summary>
    public CallToken Ending { get; } = new(host.RequestAborted, unloading);

    public string Protocol { get; set; } = host.Request.Protocol;

    public string Scheme { get; set; } = host.Request.Scheme;

    public string Method { get; set; } = host.Request.Method;

    public string PathBase { get; set; } = pathBase.Value ?? "";

    public string Path { get; set; } = path.Value ?? "";

    public string QueryString { get; set; } = host.Request.QueryString.Value ?? "";

    public string RawTarget { get; set; } = "";

    public IHeaderDictionary Headers
    {
        get => field ??= _headers = new CallRequestHeaders(Host.Request.Headers);
        set;
    }

    public Stream Body
    {
        get => field ??= _body = new CallRequestBody(this);
        set;
    }

    /// <summary>Whether the plugin waits for the client's bytes right now.</summary>
    public bool IsWaitingForClient => _body is { IsReading: true };

    /// <summary>How long it has waited for them so far.</summary>
    public TimeSpan WaitedForClient => _body?.Waited ?? TimeSpan.Zero;

    public RouteValueDictionary RouteValues
    {
        get => field ??= [];
        set;
    }

    public CancellationToken RequestAborted
    {
        get => Ending.Token;
        set => throw new NotSupportedException("The token of a plugin's request is the host's.");
    }

    public ClaimsPrincipal? User
    {
        get => field ??= CreatePrincipal();
        set;
    }

    public bool CanHaveBody { get; } = host.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? true;

    public string TraceIdentifier
    {
        get => field ??= Host.TraceIdentifier;
        set;
    }

    public string ConnectionId
    {
        get => field ??= Host.Connection.Id;
        set;
    }

    public IPAddress? RemoteIpAddress
    {
        get => field ??= Host.Connection.RemoteIpAddress;
        set;
    }

    public IPAddress? LocalIpAddress
    {
        get => field ??= Host.Connection.LocalIpAddress;
        set;
    }

    public int RemotePort
    {
        get => Host.Connection.RemotePort;
        set => throw new NotSupportedException("The connection is the host's.");
    }

    public int LocalPort
    {
        get => Host.Connection.LocalPort;
        set => throw new NotSupportedException("The connection is the host's.");
    }

    /// <summary>The server's request.</summary>
    /// <exception cref="ObjectDisposedException">The call is over.</exception>
    public HttpContext Host => _host ?? throw new ObjectDisposedException(nameof(HttpRequest), "This request is over; its time ran out or it was answered.");

    /// <summary>Whether the plugin's side broke the connection off, and not the client.</summary>
    public bool IsAborted { get; private set; }

    public void Abort()
    {
        IsAborted = true;
        Host.Abort();
    }

    /// <summary>Lets go of the server's request, and wakes a read of its body that is still waiting.</summary>
    public void Detach()
    {
        var server = _host;
        _host = null;
        _headers?.Detach();
        if (IsWaitingForClient)
            server?.Request.BodyReader.CancelPendingRead();
    }

    private ClaimsPrincipal CreatePrincipal() => new(new ClaimsIdentity(
        [new(ClaimTypes.NameIdentifier, user.Id), new(ClaimTypes.Name, user.Name), .. user.Roles.Select(role => new Claim(ClaimTypes.Role, role))],
        "Berth"));
}
