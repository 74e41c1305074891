using Berth.Host.Dispatch;
using Berth.Host.Services;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Host.Guards;

/// <summary>
/// Asks the guards that an endpoint requires, in the order in which they are required, before anything of the request is
/// bound. An endpoint without guards passes for the price of one look at its metadata.
/// </summary>
internal sealed class GuardGate(GuardSet guards, GuardRunner runner, GuardTrail trail)
{
    public Task RunAsync(HttpContext context, RouteEndpoint endpoint, RequestDelegate next)
    {
        var required = endpoint.Metadata.GetOrderedMetadata<GuardAttribute>();
        return required.Count == 0 ? next(context) : AskAsync(context, endpoint, required, next);
    }

    private async Task AskAsync(HttpContext context, RouteEndpoint endpoint, IReadOnlyList<GuardAttribute> required, RequestDelegate next)
    {
        var services = context.RequestServices;
        var user = services.GetRequiredService<CallScope>().Entered;
        var post = new GuardPost(guards, services, user, context.RequestAborted);
        var round = new GuardRound(Describe(context, endpoint, user), context.RequestAborted);
        try
        {
            if (await AskAsync(post, required, round) is not GuardVerdict.Refused refused)
            {
                await next(context);
                return;
            }

            trail.Tell(guards.Id, round, refused);
            CallFeatures.Of(context).Verdict = new DispatchOutcome.Denied(refused.Code, refused.Reason);
        }
        finally
        {
            if (post.Stray is { } stray)
                CallFeatures.Of(context).Stray = stray;
        }
    }

    private async ValueTask<GuardVerdict> AskAsync(GuardPost post, IReadOnlyList<GuardAttribute> required, GuardRound round)
    {
        foreach (var attribute in required)
        {
            // [Guard()] asks for nobody: then nobody can allow.
            if (attribute.Guards.Count == 0)
                return await runner.AskAsync(post, "", round);
            foreach (var name in attribute.Guards)
            {
                if (await runner.AskAsync(post, name ?? "", round) is GuardVerdict.Refused refused)
                    return refused;
            }
        }

        return GuardVerdict.Allowed.Instance;
    }

    private GuardContext Describe(HttpContext context, RouteEndpoint endpoint, IUserScope user) => new()
    {
        Guard = "",
        Plugin = guards.Id.Slug,
        PluginVersion = guards.Id.Version,
        User = user.User,
        Method = context.Request.Method,
        Path = context.Request.Path.Value ?? "",
        Route = endpoint.RoutePattern.RawText ?? "",
        RouteValues = context.Request.RouteValues.ToDictionary(pair => pair.Key, pair => pair.Value?.ToString()),
        Capabilities = guards.Capabilities.IsSubsetOf(user.GrantedCapabilities)
            ? guards.Capabilities
            : guards.Capabilities.Where(user.GrantedCapabilities.Contains).ToHashSet(StringComparer.Ordinal),
    };
}
