using System.Diagnostics;
using Berth.Host;
using Berth.Host.Dispatch;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.UserData;
using Berth.Server.Auth;
using Berth.Server.Observability;
using Berth.Server.Problems;
using Berth.Server.RateLimiting;
using Microsoft.AspNetCore.Diagnostics;

namespace Berth.Server.Apis;

/// <summary>Plugins' own endpoints: the one route of the host behind which every plugin's pipeline lies.</summary>
internal static class PluginCallsApi
{
    // A plugin's answer shares the host's origin: a document in it is inert unless a person opens it elsewhere.
    private const string InertDocument = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox";

    public static void MapPluginCalls(this IEndpointRouteBuilder routes)
    {
        routes.MapDescribed("/p/{slug}/{**path}", [HttpMethods.Get, HttpMethods.Head, HttpMethods.Options], CallAsync).InCategory(RateCategory.None)
            .WithTags("Plugins").WithSummary("A plugin's own endpoint, in the caller's version").WithBerthPolicies();
        routes.MapDescribed("/p/{slug}/{**path}", [HttpMethods.Post, HttpMethods.Put, HttpMethods.Patch, HttpMethods.Delete], CallAsync).InCategory(RateCategory.None)
            .WithTags("Plugins").WithSummary("A plugin's own endpoint, in the caller's version").NeedScope(TokenScopes.Write).NeverKeepAnswer().WithBerthPolicies();
    }

    private static async Task CallAsync(HttpContext context)
    {
        var slug = RouteValues.Slug(context);
        var caller = context.Caller();
        var services = context.RequestServices;
        var installed = await services.GetRequiredService<IInstallations>().OfUserAsync(caller.UserId, context.RequestAborted);
        if (!installed.TryFind(slug, out var plugin) || slug.Length != plugin.Slug.Length)
            throw new ApiProblemException(StatusCodes.Status404NotFound, "plugin.not_installed", $"You have not installed '{slug}'. Install it first: POST /api/v1/plugins/{slug}/install.");
        if (!plugin.Enabled)
            throw new ApiProblemException(StatusCodes.Status404NotFound, "plugin.disabled", $"'{plugin.Slug}' is disabled. Enable it: PATCH /api/v1/plugins/{plugin.Slug} with {{\"enabled\":true}}.");

        using var activity = DispatchTrace.Start(plugin.Slug, plugin.Version);
        var outcome = await services.GetRequiredService<IInstancePool>().LeaseAsync(new PluginVersionId(plugin.Slug, plugin.Version), context.RequestAborted);
        switch (outcome)
        {
            case LeaseOutcome.Leased leased:
                using (leased.Lease)
                {
                    context.Response.Headers.ContentSecurityPolicy = InertDocument;
                    // An answer of the plugin without a body stays one, whatever the application does with its own.
                    if (context.Features.Get<IStatusCodePagesFeature>() is { } pages)
                        pages.Enabled = false;
                    await DispatchAsync(context, leased.Lease, services.GetRequiredService<IUserScopes>().Open(plugin, caller), slug, activity);
                }

                break;
            case LeaseOutcome.NotFound missing:
                DispatchTrace.End(activity, missing);
                throw new ApiProblemException(StatusCodes.Status404NotFound, "plugin.no_endpoint", missing.Reason);
            case LeaseOutcome.Failed failed:
                DispatchTrace.End(activity, failed);
                throw new ApiProblemException(new ApiProblem(StatusCodes.Status503ServiceUnavailable, failed.Code, failed.Reason) { RetryAfter = failed.RetryAfter });
        }
    }

    private static async Task DispatchAsync(HttpContext context, IInstanceLease lease, IUserScope user, string slug, Activity? activity)
    {
        var path = context.Request.Path.Value!;
        var prefix = "/p/" + slug;
        var split = path.IndexOf(prefix, StringComparison.OrdinalIgnoreCase) + prefix.Length;
        var outcome = await lease.DispatchAsync(context, user, context.Request.PathBase + path[..split], path.Length == split ? "/" : path[split..]);
        DispatchTrace.End(activity, outcome);
        var problem = outcome switch
        {
            DispatchOutcome.Completed => null,
            DispatchOutcome.NoEndpoint { MethodNotAllowed: true } => new ApiProblem(StatusCodes.Status405MethodNotAllowed, "plugin.method", $"{lease.Id} has this path, but not for {context.Request.Method}."),
            DispatchOutcome.NoEndpoint => new ApiProblem(StatusCodes.Status404NotFound, "plugin.no_endpoint", $"{lease.Id} has no endpoint for this path."),
            DispatchOutcome.Denied denied => new ApiProblem(StatusCodes.Status403Forbidden, denied.Code, denied.Reason),
            DispatchOutcome.ServiceWithdrawn withdrawn => new ApiProblem(StatusCodes.Status503ServiceUnavailable, "service.withdrawn", withdrawn.Reason) { RetryAfter = TimeSpan.FromSeconds(1) },
            DispatchOutcome.Stopped stopped => new ApiProblem(StatusCodes.Status503ServiceUnavailable, stopped.Code, stopped.Reason),
            DispatchOutcome.TimedOut late => new ApiProblem(StatusCodes.Status504GatewayTimeout, "plugin.timeout", $"{lease.Id} did not answer within {late.Limit.TotalSeconds:0.#} second{(late.Limit.TotalSeconds is 1 ? "" : "s")}."),
            DispatchOutcome.BreakerOpen open => new ApiProblem(
                StatusCodes.Status503ServiceUnavailable, "plugin.breaker_open", $"{lease.Id} failed again and again and is left alone for a while. Try again later; other plugins are not affected.")
            { RetryAfter = open.RetryAfter },
            DispatchOutcome.BadRequest bad => new ApiProblem(bad.Status, "request.invalid", bad.Reason),
            DispatchOutcome.Crashed => new ApiProblem(StatusCodes.Status502BadGateway, "plugin.crashed", $"{lease.Id} failed while answering. Its log says why; other plugins are not affected."),
            _ => throw new InvalidOperationException($"Unknown outcome {outcome.GetType().Name}."),
        };
        if (problem is not null)
            throw new ApiProblemException(problem);
    }
}
