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

    /// <summary>Asks guards by name for a request that runs elsewhere, and tells of a refusal.</summary>
    public async ValueTask<GuardVerdict> AskAsync(IServiceProvider services, IUserScope user, IReadOnlyList<string> names, GuardedRequest request, CancellationToken cancellationToken)
    {
        var round = new GuardRound(Describe(request, user), cancellationToken);
        var verdict = await AskAsync(new GuardPost(guards, services, user, cancellationToken), names, round);
        if (verdict is GuardVerdict.Refused refused)
            trail.Tell(guards.Id, round, refused);
        return verdict;
    }

    private async Task AskAsync(HttpContext context, RouteEndpoint endpoint, IReadOnlyList<GuardAttribute> required, RequestDelegate next)
    {
        var services = context.RequestServices;
        var user = services.GetRequiredService<CallScope>().Entered;
        var post = new GuardPost(guards, services, user, context.RequestAborted);
        var request = new GuardedRequest(
            context.Request.Method, context.Request.Path.Value ?? "", endpoint.RoutePattern.RawText ?? "",
            context.Request.RouteValues.ToDictionary(pair => pair.Key, pair => pair.Value?.ToString()));
        var round = new GuardRound(Describe(request, user), context.RequestAborted);
        try
        {
            if (await AskAsync(post, NamesOf(required), round) is not GuardVerdict.Refused refused)
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

    private async ValueTask<GuardVerdict> AskAsync(GuardPost post, IEnumerable<string> names, GuardRound round)
    {
        foreach (var name in names)
        {
            if (await runner.AskAsync(post, name, round) is GuardVerdict.Refused refused)
                return refused;
        }

        return GuardVerdict.Allowed.Instance;
    }

    // [Guard()] asks for nobody: then nobody can allow.
    private static IEnumerable<string> NamesOf(IReadOnlyList<GuardAttribute> required) =>
        required.SelectMany(attribute => attribute.Guards.Count == 0 ? [""] : attribute.Guards.Select(name => name ?? ""));

    private GuardContext Describe(GuardedRequest request, IUserScope user) => new()
    {
        Guard = "",
        Plugin = guards.Id.Slug,
        PluginVersion = guards.Id.Version,
        User = user.User,
        Method = request.Method,
        Path = request.Path,
        Route = request.Route,
        RouteValues = request.RouteValues,
        Capabilities = guards.Capabilities.IsSubsetOf(user.GrantedCapabilities)
            ? guards.Capabilities
            : guards.Capabilities.Where(user.GrantedCapabilities.Contains).ToHashSet(StringComparer.Ordinal),
    };
}

/// <summary>What guards are told of a request.</summary>
internal sealed record GuardedRequest(string Method, string Path, string Route, IReadOnlyDictionary<string, string?> RouteValues);
