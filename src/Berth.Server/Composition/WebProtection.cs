using Berth.Server.Apis;
using Berth.Server.Configuration;
using Berth.Server.Problems;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Berth.Server.Composition;

/// <summary>
/// What a server of our own does around all routes: bounds of connections and requests, security headers on every answer
/// (also where there is no route), and whose word it takes for the caller's address.
/// </summary>
internal static class WebProtection
{
    /// <summary>Characters of a request's address; more is answered with a problem, as below.</summary>
    public const int MaxTargetLength = 8 * 1024;

    /// <summary>Bytes of a request's headers: names, values and what separates them.</summary>
    public const int MaxHeaderBytes = 32 * 1024;

    /// <summary>Lines of headers.</summary>
    public const int MaxHeaders = 100;

    // Beyond these the connection is closed with a bare 414 or 431: what is between gets a problem that says what is wrong.
    private const int HardFactor = 2;
    private const long MaxBodyBytes = 30_000_000;
    private const int MaxBufferedRequestBytes = 1024 * 1024;

    public static void LimitKestrel(KestrelServerLimits limits, WebSettings web)
    {
        limits.MaxConcurrentConnections = web.MaxConnections;
        limits.MaxConcurrentUpgradedConnections = web.MaxConnections;
        limits.RequestHeadersTimeout = web.HeaderTimeout;
        limits.KeepAliveTimeout = web.KeepAlive;
        limits.MinRequestBodyDataRate = Rate(web);
        limits.MinResponseDataRate = Rate(web);
        limits.MaxRequestLineSize = MaxTargetLength * HardFactor;
        limits.MaxRequestHeadersTotalSize = MaxHeaderBytes * HardFactor;
        limits.MaxRequestHeaderCount = MaxHeaders * HardFactor;
        limits.MaxRequestBufferSize = MaxBufferedRequestBytes;
        // Routes that take packages raise it for themselves, the others read far less.
        limits.MaxRequestBodySize = MaxBodyBytes;
    }

    /// <summary>Believes the listed proxies, and nobody else, who a request comes from and over what. Goes before everything.</summary>
    public static void UseTrustedProxies(this IApplicationBuilder app, WebSettings web)
    {
        if (web.TrustedProxies.Count == 0)
            return;
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            // From the right, for as long as it is one of ours that says so.
            ForwardLimit = null,
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in web.TrustedProxies)
            options.KnownIPNetworks.Add(network);
        app.UseForwardedHeaders(options);
    }

    public static void UseWebProtection(this IApplicationBuilder app) => app.Use(next => context =>
    {
        // Routes have their own, stricter or looser.
        if (context.GetEndpoint() is null)
            SecurityHeaders.Set(context);
        return Excess(context.Request) is { } excess ? RefuseAsync(context, excess) : GuardedAsync(context, next);
    });

    /// <summary>The last net: an answer of the server itself would have none of our headers.</summary>
    private static Task GuardedAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            var request = next(context);
            return request.IsCompletedSuccessfully ? request : AwaitedAsync(context, request);
        }
        catch (Exception exception) when (ProblemOfUnanswered(context, exception) is { } problem)
        {
            return RefuseAsync(context, problem);
        }
    }

    private static async Task AwaitedAsync(HttpContext context, Task request)
    {
        try
        {
            await request;
        }
        catch (Exception exception) when (ProblemOfUnanswered(context, exception) is { } problem)
        {
            await RefuseAsync(context, problem);
        }
    }

    private static ApiProblem? ProblemOfUnanswered(HttpContext context, Exception exception) =>
        context.Response.HasStarted ? null : ProblemOf.Exception(exception, context);

    private static Task RefuseAsync(HttpContext context, ApiProblem problem)
    {
        context.Response.Clear();
        SecurityHeaders.Set(context);
        return ProblemResult.WriteAsync(context, problem);
    }

    private static ApiProblem? Excess(HttpRequest request)
    {
        if (request.Path.Value!.Length + request.QueryString.Value?.Length > MaxTargetLength)
            return new ApiProblem(StatusCodes.Status414UriTooLong, "request.target_too_long", $"The address of the request is longer than {MaxTargetLength} characters.");
        var (lines, bytes) = (0, 0);
        foreach (var (name, values) in request.Headers)
        {
            for (var i = 0; i < values.Count; i++)
            {
                lines++;
                bytes += name.Length + (values[i]?.Length ?? 0) + 4;
            }
        }

        return lines > MaxHeaders || bytes > MaxHeaderBytes
            ? new ApiProblem(StatusCodes.Status431RequestHeaderFieldsTooLarge, "request.headers_too_large", $"The request has more than {MaxHeaders} headers, or more than {MaxHeaderBytes} bytes of them.")
            : null;
    }

    private static MinDataRate? Rate(WebSettings web) => web.MinDataRate == 0 ? null : new MinDataRate(web.MinDataRate, web.DataRateGrace);
}
