using System.Net;
using Berth.Server.Auth;

namespace Berth.Server.Apis;

/// <summary>
/// The page behind the one-time sign-in link. Opening it changes nothing (mail scanners and previews open links); its
/// button does. Works without script.
/// </summary>
internal static class SignInPage
{
    public static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/signin").WithTags("Auth").WithBerthPolicies().AllowAnonymousCallers();
        group.MapGet("/{code}", (HttpContext context) => PlainPage.Show(context, """
            <h1>Sign in to Berth</h1>
            <p>This link works once. It signs this browser in as administrator and shows a token for the command line.</p>
            <form method="post"><button>Sign in</button></form>
            """)).WithSummary("Asks before the one-time link is used");
        group.MapPost("/{code}", RedeemAsync).WithSummary("Uses the one-time link").DisableAntiforgery();
    }

    private static async Task<IResult> RedeemAsync(HttpContext context, string code, UserStore users, TokenStore tokens)
    {
        if (await tokens.RedeemAsync(code, context.RequestAborted) is not { } id || await users.FindAsync(id, context.RequestAborted) is not { } user)
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return PlainPage.Show(context, "<h1>The link does not work</h1><p>It was used before or is older than an hour. Restart the server for a new one.</p>");
        }

        await AuthApi.StartSessionAsync(context, tokens, user);
        var (_, token) = await tokens.IssueAsync(user.Id, TokenKind.Personal, "sign-in link", [], TimeSpan.FromDays(30), context.RequestAborted);
        return PlainPage.Show(context, $"""
            <h1>You are signed in as {WebUtility.HtmlEncode(user.Username)}</h1>
            <p>Your personal access token, shown this once and valid for 30 days:</p>
            <pre>{token}</pre>
            <p>Keep it on this machine: <code>berth login --token -</code> reads it from the standard input.</p>
            """);
    }
}
