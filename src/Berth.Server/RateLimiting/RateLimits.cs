using Berth.Server.Auth;
using Berth.Server.Configuration;
using Berth.Server.Problems;

namespace Berth.Server.RateLimiting;

/// <summary>
/// The limits in force. A request is counted for the token it came with; without one for the user; without one for the
/// address. Host and registry of one process count together; each process counts for itself.
/// </summary>
internal sealed class RateLimits(
    BerthSettings settings, LimitOverrides overrides, RateRefusals refusals, TimeProvider time, PublisherFactors? factors = null)
{
    /// <summary>What a host says of itself when it asks its registry.</summary>
    public const string ServiceHeader = "Berth-Service";

    private readonly Dictionary<RateCategory, CategoryRule> _rules =
        RateLimitSettings.Categories.ToDictionary(category => category, category => new CategoryRule(category, settings.RateLimitRules.Of(category)));

    private readonly Lazy<RateCounters> _counters = new(() => new RateCounters());

    private readonly RateKey? _service = settings.AdminToken is { } token ? RateKey.OfToken(AccessToken.Hash(token)) : null;

    /// <summary>Whether anything is limited.</summary>
    public bool IsOn => settings.RateLimits;

    /// <summary>The counters; their memory is taken with the first request that is counted.</summary>
    public RateCounters Counters => _counters.Value;

    /// <summary>Counts a request and puts the headers on its answer.</summary>
    /// <returns>What was counted, to be given back if it turns out to have cost nothing.</returns>
    /// <exception cref="ApiProblemException">The limit is reached: 429.</exception>
    public async ValueTask<RateCharge?> EnterAsync(HttpContext context, RateCategory category, Caller? caller)
    {
        if (IsService(context, category, caller))
            return null;
        var rule = await RuleAsync(context, category, caller);
        if (rule.Rule.IsUnlimited)
            return null;
        var charge = new RateCharge(KeyOf(context, caller), rule, this);
        var verdict = charge.Take(time.GetUtcNow().ToUnixTimeMilliseconds());
        var headers = context.Response.Headers;
        headers["RateLimit-Policy"] = rule.Policy;
        headers["RateLimit"] = rule.State(verdict);
        if (verdict.IsAllowed)
            return charge;
        refusals.Count(category, charge.Key.Scope);
        if (verdict.IsFirstRefusal)
            refusals.Tell(category, charge.Key.Scope, verdict.Reset, caller?.ActorId);
        var wait = CategoryRule.Seconds(verdict.Reset);
        throw new ApiProblemException(new ApiProblem(StatusCodes.Status429TooManyRequests, "rate.limited",
            $"That were more than {rule.Rule.Permits} requests of the kind '{RateLimitSettings.NameOf(category)}' in {rule.Rule.WindowSeconds} second{(rule.Rule.WindowSeconds is 1 ? "" : "s")}. Try again in {wait} second{(wait is 1 ? "" : "s")}.")
        { RetryAfter = TimeSpan.FromSeconds(wait) });
    }

    /// <summary>An answer that said "unchanged" cost nothing.</summary>
    public void GiveBack(HttpContext context, RateCharge charge)
    {
        var verdict = charge.GiveBack(time.GetUtcNow().ToUnixTimeMilliseconds());
        if (!context.Response.HasStarted)
            context.Response.Headers["RateLimit"] = charge.Rule.State(verdict);
    }

    /// <summary>The rule of a caller: the override of their token, of themselves or of their address, else everybody's; uploads by what the registry thinks of the publisher.</summary>
    private async ValueTask<CategoryRule> RuleAsync(HttpContext context, RateCategory category, Caller? caller)
    {
        var rule = _rules[category];
        if (await overrides.FindAsync(caller, context.Connection.RemoteIpAddress, category, context.RequestAborted) is { } own)
            return own;
        return caller is not null && category == RateCategory.Upload && factors is not null && await factors.OfAsync(caller.UserId, context.RequestAborted) is var factor && factor is not 1
            ? new CategoryRule(category, rule.Rule.Times(factor))
            : rule;
    }

    /// <summary>A host that fetches for all of its users is no single caller. Only the administrator's token may say so, and only to read.</summary>
    private bool IsService(HttpContext context, RateCategory category, Caller? caller) =>
        category is RateCategory.Download or RateCategory.Api or RateCategory.Search
        && _service is { } service
        && caller?.Budget == service
        && (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
        && context.Request.Headers[ServiceHeader] == "host";

    private static RateKey KeyOf(HttpContext context, Caller? caller) =>
        caller is null ? RateKey.OfAddress(context.Connection.RemoteIpAddress)
        : caller.Budget is { } known ? known
        : RateKey.OfUser(caller.ActorId);
}
