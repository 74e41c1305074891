using Berth.Server.Auth;
using Berth.Server.Idempotency;
using Berth.Server.Problems;
using Berth.Server.RateLimiting;

namespace Berth.Server.Apis;

/// <summary>Endpoint metadata: no caller needed.</summary>
public sealed class AnonymousAllowed;

/// <summary>Endpoint metadata: an administrator is needed.</summary>
public sealed class AdministratorNeeded;

/// <summary>Endpoint metadata: the token of whoever collects metrics is enough.</summary>
public sealed class ScrapeTokenAccepted;

/// <summary>Endpoint metadata: a publish token of continuous integration, good for one plugin, is enough.</summary>
public sealed class PublishTokenAccepted;

/// <summary>Endpoint metadata: the token must permit this scope; <see cref="TokenScopes.Read"/> when absent.</summary>
/// <param name="Scope">One of <see cref="TokenScopes"/>.</param>
public sealed record ScopeNeeded(string Scope);

/// <summary>
/// What every endpoint of Berth goes through, put around the endpoint itself rather than into the application's pipeline:
/// an application that embeds Berth keeps its own middleware, and its other routes stay untouched.
/// </summary>
internal static class EndpointPolicies
{
    /// <summary>Header of the request's id: the same as <c>traceId</c> in a problem and <c>request_id</c> in the audit.</summary>
    public const string RequestIdHeader = "X-Request-Id";

    /// <summary>Puts security headers, the caller and error answers around all endpoints of the group.</summary>
    public static TBuilder WithBerthPolicies<TBuilder>(this TBuilder group)
        where TBuilder : IEndpointConventionBuilder
    {
        group.Finally(endpoint =>
        {
            var next = endpoint.RequestDelegate ?? throw new InvalidOperationException("The endpoint has no handler.");
            var isAnonymous = endpoint.Metadata.OfType<AnonymousAllowed>().Any();
            var needsAdministrator = endpoint.Metadata.OfType<AdministratorNeeded>().Any();
            var scope = endpoint.Metadata.OfType<ScopeNeeded>().LastOrDefault()?.Scope ?? (needsAdministrator ? TokenScopes.Admin : TokenScopes.Read);
            var keepsAnswers = !isAnonymous && !endpoint.Metadata.OfType<AnswerNeverKept>().Any();
            var takesPublishToken = endpoint.Metadata.OfType<PublishTokenAccepted>().Any();
            var takesScrapeToken = endpoint.Metadata.OfType<ScrapeTokenAccepted>().Any();
            var category = RateCategoryExtensions.CategoryOf(endpoint.Metadata, needsAdministrator);
            endpoint.Metadata.Add(new RateLimited(category));
            var limits = category != RateCategory.None && endpoint.ApplicationServices.GetRequiredService<RateLimits>() is { IsOn: true } inForce ? inForce : null;
            var policy = new EndpointPolicy(needsAdministrator, scope, takesPublishToken, keepsAnswers, category, limits);
            endpoint.RequestDelegate = context => RunAsync(context, next, isAnonymous || (takesScrapeToken && ScrapeToken.IsIn(context)), policy);
        });
        return group;
    }

    public static TBuilder AllowAnonymousCallers<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new AnonymousAllowed());

    public static TBuilder NeedAdministrator<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new AdministratorNeeded());

    /// <summary>Answers that carry a secret, are streamed or are a plugin's own are not given again to a request with the same Idempotency-Key.</summary>
    public static TBuilder NeverKeepAnswer<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new AnswerNeverKept());

    public static TBuilder NeedScope<TBuilder>(this TBuilder endpoint, string scope)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new ScopeNeeded(scope));

    public static TBuilder AcceptPublishTokens<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new PublishTokenAccepted());

    /// <summary>The caller of an endpoint that needs one.</summary>
    public static Caller Caller(this HttpContext context) =>
        context.Features.Get<Caller>() ?? throw new InvalidOperationException("The endpoint allows anonymous callers.");

    private static async Task RunAsync(HttpContext context, RequestDelegate next, bool isAnonymous, EndpointPolicy policy)
    {
        try
        {
            SecurityHeaders.Set(context);
            context.Response.Headers[RequestIdHeader] = context.TraceIdentifier;
            var caller = isAnonymous ? null : await context.RequestServices.GetRequiredService<ICallerResolver>().ResolveAsync(context);
            // Counted before anything is refused: who guesses tokens is counted by address.
            var charge = policy.Limits is { } limits ? await limits.EnterAsync(context, policy.Category, caller) : null;
            if (!isAnonymous)
                context.Features.Set(await CheckAsync(context, caller, policy));
            if (policy.KeepsAnswers && HttpMethods.IsPost(context.Request.Method) && context.Request.Headers.ContainsKey(IdempotencyKey.Header))
                await RunOnceAsync(context, next);
            else
                await next(context);
            if (charge is not null && context.Response.StatusCode == StatusCodes.Status304NotModified)
                policy.Limits!.GiveBack(context, charge);
        }
        catch (Exception exception) when (!context.Response.HasStarted && ProblemOf.Exception(exception, context) is { } problem)
        {
            await WriteAsync(context, problem);
        }
    }

    /// <summary>A registry alone has no journal and no need: publishing the same bytes again is no second publish.</summary>
    private static Task RunOnceAsync(HttpContext context, RequestDelegate next) =>
        context.RequestServices.GetService<IdempotentRequests>() is { } requests && IdempotencyKey.IdOf(context, context.Caller()) is { } id
            ? requests.RunAsync(context, id, context => AnswerAsync(context, next))
            : next(context);

    private static async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception exception) when (ProblemOf.Exception(exception, context) is { } problem)
        {
            await WriteAsync(context, problem);
        }
    }

    private static Task WriteAsync(HttpContext context, ApiProblem problem)
    {
        ClearBody(context.Response);
        return ProblemResult.WriteAsync(context, problem);
    }

    private static async ValueTask<Caller> CheckAsync(HttpContext context, Caller? caller, EndpointPolicy policy)
    {
        if (caller is null)
        {
            throw new ApiProblemException(StatusCodes.Status401Unauthorized, "auth.required",
                "Sign in: send a personal access token as 'Authorization: Bearer berth_pat_…'. It is missing, unknown, expired or revoked.");
        }

        if (TokenScopes.OnlySlug(caller.Scopes) is { } only)
        {
            return policy.TakesPublishToken ? caller with { RequestId = context.TraceIdentifier } : throw new ApiProblemException(
                StatusCodes.Status403Forbidden, "auth.scope", $"The token publishes '{only}' and nothing else.");
        }

        if (!TokenScopes.Permit(caller.Scopes, policy.Scope))
        {
            throw new ApiProblemException(StatusCodes.Status403Forbidden, "auth.scope",
                $"The token does not permit '{policy.Scope}'. Use one with that scope.");
        }

        if (policy.NeedsAdministrator && !caller.IsAdministrator)
            throw new ApiProblemException(StatusCodes.Status403Forbidden, "auth.administrator", "Only an administrator may do this.");
        if (policy.NeedsAdministrator || context.Request.Headers.ContainsKey(ActingFor.Header))
            RecentSignIn.Require(context, caller);
        return (await ActingFor.ResolveAsync(context, caller)) with { RequestId = context.TraceIdentifier };
    }

    /// <summary>What is known of an endpoint before any request.</summary>
    private sealed record EndpointPolicy(
        bool NeedsAdministrator, string Scope, bool TakesPublishToken, bool KeepsAnswers, RateCategory Category, RateLimits? Limits);

    private static void ClearBody(HttpResponse response)
    {
        response.Headers.ContentLength = null;
        response.Headers.Remove("ETag");
        response.Headers.Remove("Content-Encoding");
        response.Headers.Remove("Content-Disposition");
        response.Headers.Remove("Accept-Ranges");
        response.Headers.Remove("Repr-Digest");
    }
}
