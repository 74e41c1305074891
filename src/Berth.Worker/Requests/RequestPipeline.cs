using Berth.Worker.Broker;
using Berth.Worker.Calls;
using Berth.Worker.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Worker.Requests;

/// <summary>The plugin's own pipeline: routing → verdict without plugin code → guards → endpoint.</summary>
internal static class RequestPipeline
{
    public static RequestDelegate Build(IServiceProvider provider, IPlugin plugin, BrokerClient broker)
    {
        var app = new ApplicationBuilder(provider);
        if (provider.GetService<IHttpContextAccessor>() is { } accessor)
        {
            app.Use(next => context =>
            {
                accessor.HttpContext = context;
                return next(context);
            });
        }

        app.UseWebSockets();
        app.UseRouting();
        app.Use(next => context => GateAsync(context, broker, next));
        app.UseEndpoints(plugin.MapEndpoints);
        return app.Build();
    }

    private static async Task GateAsync(HttpContext context, BrokerClient broker, RequestDelegate next)
    {
        switch (context.GetEndpoint())
        {
            case RouteEndpoint endpoint:
                var required = endpoint.Metadata.GetOrderedMetadata<GuardAttribute>();
                if (required.Count > 0)
                    await AskAsync(context, endpoint, required, broker);
                await next(context);
                return;
            case null:
                throw new OutcomeException(new WorkerOutcome(WorkerOutcomeKinds.NoEndpoint, "no endpoint"));
            case var refusing:
                // Routing answers a wrong method or media type with an endpoint of its own that only sets a status.
                await refusing.RequestDelegate!(context);
                throw new OutcomeException(context.Response.StatusCode == StatusCodes.Status405MethodNotAllowed
                    ? new WorkerOutcome(WorkerOutcomeKinds.MethodNotAllowed, "wrong method")
                    : new WorkerOutcome(WorkerOutcomeKinds.BadRequest, "The plugin's endpoint does not take this kind of request.") { Status = context.Response.StatusCode });
        }
    }

    // The host knows the guards' order and asks those of other plugins; it comes back to this worker for each of its own.
    private static async Task AskAsync(HttpContext context, RouteEndpoint endpoint, IReadOnlyList<GuardAttribute> required, BrokerClient broker)
    {
        var round = new WorkerGuardRound(
            // [Guard()] asks for nobody: then nobody can allow.
            [.. required.SelectMany(attribute => attribute.Guards.Count == 0 ? [""] : attribute.Guards.Select(name => name ?? ""))],
            context.Request.Method,
            context.Request.Path.Value ?? "",
            endpoint.RoutePattern.RawText ?? "",
            context.Request.RouteValues.ToDictionary(pair => pair.Key, pair => pair.Value?.ToString(), StringComparer.Ordinal));
        var call = context.RequestServices.GetRequiredService<WorkerCall>();
        var verdict = await broker.AskAsync(
            $"/calls/guards?{BrokerClient.Query("call", call.Id)}", round, ProtocolJson.Default.WorkerGuardRound, ProtocolJson.Default.WorkerOutcome, context.RequestAborted);
        if (!string.Equals(verdict.Kind, WorkerOutcomeKinds.Allowed, StringComparison.Ordinal))
            throw new OutcomeException(verdict);
    }
}

/// <summary>The request ends with this outcome, and nothing of the plugin answers it.</summary>
internal sealed class OutcomeException(WorkerOutcome outcome) : Exception(outcome.Reason)
{
    public WorkerOutcome Outcome => outcome;
}
