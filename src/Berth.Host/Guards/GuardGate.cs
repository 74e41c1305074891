using Berth.Host.Dispatch;
using Berth.Host.Services;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Host.Guards;

/// <summary>
/// Asks the guards that an endpoint requires, in the order they were required, before the request's body is bound.
/// Denies when a guard says so, is missing, or throws.
/// </summary>
internal static class GuardGate
{
    public static async Task RunAsync(HttpContext context, Endpoint endpoint, RequestDelegate next)
    {
        foreach (var requirement in endpoint.Metadata.GetOrderedMetadata<GuardRequirement>())
        {
            if (await DecideAsync(context, requirement.Guard) is { } denied)
            {
                CallFeatures.Of(context).Verdict = denied;
                return;
            }
        }

        await next(context);
    }

    private static async ValueTask<DispatchOutcome.Denied?> DecideAsync(HttpContext context, string name)
    {
        try
        {
            var services = (IKeyedServiceProvider)context.RequestServices;
            if (services.GetKeyedService(typeof(IGuard), name) is not IGuard guard)
                return new DispatchOutcome.Denied("guard.missing", $"The plugin requires the guard '{name}', which it does not have. Its publisher has to add it.");

            var request = new GuardContext(
                name,
                services.GetRequiredService<IPluginUser>(),
                context.Request.Method,
                context.Request.Path.Value ?? "",
                context.Request.RouteValues.ToDictionary(pair => pair.Key, pair => pair.Value?.ToString()));
            var decision = await guard.DecideAsync(request, context.RequestAborted);
            return decision.IsAllowed ? null : new DispatchOutcome.Denied("guard.denied", decision.Reason ?? $"The guard '{name}' denied the request.");
        }
        catch (Exception exception)
        {
            return new DispatchOutcome.Denied("guard.failed", $"The guard '{name}' failed, so the request is denied: {ForeignCode.Describe(exception)}");
        }
    }
}
