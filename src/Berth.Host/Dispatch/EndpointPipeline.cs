using Berth.Host.Guards;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Host.Dispatch;

/// <summary>The plugin's own pipeline: routing → verdict without plugin code → guards → endpoint.</summary>
internal static class EndpointPipeline
{
    public static RequestDelegate Build(IServiceProvider provider, IPlugin plugin, GuardGate guards)
    {
        var app = new ApplicationBuilder(provider);
        if (provider.GetService<IHttpContextAccessor>() is { } accessor)
            app.Use(next => context => WithAccessorAsync(accessor, context, next));
        app.UseWebSockets();
        app.UseRouting();
        app.Use(next => context => GateAsync(context, guards, next));
        app.UseEndpoints(plugin.MapEndpoints);
        return app.Build();
    }

    // In a frame of its own, so that the accessor's AsyncLocal ends with the call.
    private static async Task WithAccessorAsync(IHttpContextAccessor accessor, HttpContext context, RequestDelegate next)
    {
        accessor.HttpContext = context;
        await next(context);
    }

    private static Task GateAsync(HttpContext context, GuardGate guards, RequestDelegate next)
    {
        var endpoint = context.GetEndpoint();
        if (endpoint is RouteEndpoint route)
            return guards.RunAsync(context, route, next);
        if (endpoint is null)
        {
            CallFeatures.Of(context).Verdict = new DispatchOutcome.NoEndpoint(MethodNotAllowed: false);
            return Task.CompletedTask;
        }

        return RefuseAsync(context, endpoint);
    }

    // Routing answers a wrong method or media type with an endpoint of its own, which is no RouteEndpoint and only sets a
    // status. Its word is taken, its response is not.
    private static async Task RefuseAsync(HttpContext context, Endpoint endpoint)
    {
        await endpoint.RequestDelegate!(context);
        CallFeatures.Of(context).Verdict = context.Response.StatusCode == StatusCodes.Status405MethodNotAllowed
            ? new DispatchOutcome.NoEndpoint(MethodNotAllowed: true)
            : new DispatchOutcome.BadRequest(context.Response.StatusCode, "The plugin's endpoint does not take this kind of request.");
    }
}
