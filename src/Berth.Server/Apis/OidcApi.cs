using Berth.Data.Sessions;
using Berth.Registry.Publishing.Bindings;
using Berth.Server.Auth;
using Berth.Server.Auth.Integration;
using Berth.Server.Problems;

namespace Berth.Server.Apis;

/// <summary>Continuous integration shows who it is and gets a token for one plugin.</summary>
internal static class OidcApi
{
    public static void MapOidc(this IEndpointRouteBuilder routes) =>
        routes.MapGroup("/api/v1/auth/oidc").WithTags("Auth").WithBerthPolicies().NeverKeepAnswer()
            .MapPost("/exchange", ExchangeAsync).AllowAnonymousCallers().WithSummary("Exchange the identity token of continuous integration for a short-lived publish token");

    private static async Task<IResult> ExchangeAsync(HttpContext context, IntegrationExchange exchange)
    {
        var body = await RequestBody.ReadAsync<Exchange>(context);
        if (body.Token is not { Length: > 0 })
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.invalid", "Send 'token', the identity token of the workflow, and 'slug' if its bindings are for several plugins.");
        if (body.Slug is { Length: 0 or > 64 })
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.invalid", "'slug' names a plugin, or is left out.");
        try
        {
            var (outcome, token, expires) = await exchange.RunAsync(body.Token, body.Slug, context.RequestAborted);
            context.Response.Headers.CacheControl = "no-store";
            return outcome switch
            {
                ExchangeOutcome.Issued issued => Results.Json(
                    new { token, expires_at = expires, expires_in = (int)IntegrationExchange.Life.TotalSeconds, issued.Binding.Slug, scopes = new[] { TokenScopes.PublishOnePrefix + issued.Binding.Slug } },
                    BerthJson.Options, statusCode: StatusCodes.Status201Created),
                ExchangeOutcome.Replayed => throw new ApiProblemException(StatusCodes.Status401Unauthorized, "oidc.replayed",
                    "The identity token was exchanged before, and each is good for one exchange. Ask the workflow's platform for a new one."),
                ExchangeOutcome.Ambiguous several => throw new ApiProblemException(StatusCodes.Status400BadRequest, "oidc.ambiguous",
                    $"The workflow may publish several plugins: {string.Join(", ", several.Slugs)}. Send 'slug' to say which."),
                _ => throw new ApiProblemException(StatusCodes.Status403Forbidden, "oidc.no_binding",
                    "The identity token is good, and no plugin is bound to its issuer, audience, repository, workflow and environment. The plugin's owner makes a binding with POST /api/v1/plugins/{slug}/publishing/bindings."),
            };
        }
        catch (DatabaseConstraintException exception) when (!exception.IsUnique)
        {
            throw new ApiProblemException(StatusCodes.Status403Forbidden, "oidc.binding_orphaned", "Who made the binding is no user of this registry any more. The plugin's owner makes a new one.");
        }
    }

    private sealed record Exchange(string? Token, string? Slug);
}
