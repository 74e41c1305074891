using Berth.Server.Auth;
using Berth.Server.Problems;
using Microsoft.AspNetCore.Identity;

namespace Berth.Server.Apis;

/// <summary>Signing in and out, and the caller's own tokens.</summary>
internal static class AuthApi
{
    private static readonly TimeSpan SessionLife = TimeSpan.FromDays(14);
    private static readonly TimeSpan SignInTokenLife = TimeSpan.FromDays(30);
    private static readonly PasswordHasher<string> Hasher = new();
    private static readonly string NobodysHash = Hasher.HashPassword("", Guid.NewGuid().ToString());

    public static void MapAuth(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/auth").WithTags("Auth").WithBerthPolicies().NeverKeepAnswer();
        group.MapPost("/login", LogInAsync).AllowAnonymousCallers().WithSummary("Sign in with a password: sets the session cookie and returns a token");
        group.MapPost("/signin", RedeemAsync).AllowAnonymousCallers().WithSummary("Exchange a one-time sign-in code for a token");
        group.MapPost("/logout", LogOutAsync).WithSummary("End the session or revoke the token the request came with");
        group.MapGet("/me", Me).WithSummary("Who the caller is");
        UserDeletionApi.MapOwn(group);
        group.MapGet("/tokens", ListAsync).WithSummary("The caller's personal access tokens, without their secrets");
        group.MapPost("/tokens", CreateAsync).NeedScope(TokenScopes.Write).WithSummary("Create a personal access token; its secret is shown once");
        group.MapDelete("/tokens/{id}", RevokeAsync).NeedScope(TokenScopes.Write).WithSummary("Revoke a personal access token");
    }

    internal static string HashPassword(string password) => Hasher.HashPassword("", password);

    private static async Task<IResult> LogInAsync(HttpContext context, UserStore users, TokenStore tokens)
    {
        var body = await RequestBody.ReadAsync<LogIn>(context);
        if (body.Username is not { Length: > 0 and <= 128 } || body.Password is not { Length: > 0 and <= 1024 })
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.invalid", "Send 'username' and 'password'.");
        var found = await users.FindByNameAsync(body.Username, context.RequestAborted);
        // The same work for an unknown name: the time must not tell which names exist.
        var verdict = Hasher.VerifyHashedPassword("", found?.PasswordHash ?? NobodysHash, body.Password);
        if (found is not { PasswordHash: not null } || verdict == PasswordVerificationResult.Failed)
            throw new ApiProblemException(StatusCodes.Status401Unauthorized, "auth.login", "The name or the password is wrong.");
        return await SignInAsync(context, tokens, found.Value.User);
    }

    private static async Task<IResult> RedeemAsync(HttpContext context, UserStore users, TokenStore tokens)
    {
        var body = await RequestBody.ReadAsync<SignIn>(context);
        var user = body.Code is { Length: > 0 and <= 256 } && await tokens.RedeemAsync(body.Code, context.RequestAborted) is { } id
            ? await users.FindAsync(id, context.RequestAborted)
            : null;
        return user is null
            ? throw new ApiProblemException(StatusCodes.Status401Unauthorized, "auth.code", "The sign-in link was used before or is older than an hour. Restart the server for a new one.")
            : await SignInAsync(context, tokens, user);
    }

    internal static async Task<IResult> SignInAsync(HttpContext context, TokenStore tokens, UserRecord user)
    {
        var (_, token) = await tokens.IssueAsync(user.Id, TokenKind.Personal, "signed in", [], SignInTokenLife, context.RequestAborted);
        var session = await StartSessionAsync(context, tokens, user);
        return Results.Json(new { token, antiforgery = TokenCallerResolver.AntiforgeryOf(session), user = new { user.Id, user.Username, user.Roles } }, BerthJson.Options);
    }

    internal static async Task<string> StartSessionAsync(HttpContext context, TokenStore tokens, UserRecord user)
    {
        var (_, session) = await tokens.IssueAsync(user.Id, TokenKind.Session, "browser", [], SessionLife, context.RequestAborted);
        context.Response.Cookies.Append(TokenCallerResolver.CookieName, session, new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
            MaxAge = SessionLife,
            Path = "/",
        });
        return session;
    }

    private static async Task<IResult> LogOutAsync(HttpContext context, TokenStore tokens)
    {
        if ((TokenCallerResolver.BearerToken(context.Request) ?? context.Request.Cookies[TokenCallerResolver.CookieName]) is { } token)
            await tokens.RevokeAsync(token, context.RequestAborted);
        context.Response.Cookies.Delete(TokenCallerResolver.CookieName);
        return Results.NoContent();
    }

    private static IResult Me(HttpContext context)
    {
        var caller = context.Caller();
        var session = context.Request.Cookies[TokenCallerResolver.CookieName];
        return Results.Json(new
        {
            id = caller.UserId,
            username = caller.UserName,
            caller.Roles,
            caller.Scopes,
            antiforgery = session is null ? null : TokenCallerResolver.AntiforgeryOf(session),
        }, BerthJson.Options);
    }

    private static async Task<IResult> ListAsync(HttpContext context, TokenStore tokens) =>
        Results.Json(new { tokens = await tokens.ListAsync(context.Caller().UserId, context.RequestAborted) }, BerthJson.Options);

    private static async Task<IResult> CreateAsync(HttpContext context, TokenStore tokens)
    {
        var caller = context.Caller();
        var body = await RequestBody.ReadAsync<NewToken>(context);
        if (body.Name is not { Length: > 0 and <= 128 })
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "token.name", "Send 'name', 1 to 128 characters, to recognise the token by.");
        if (body.ExpiresInDays is < 1 or > 3650)
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "token.expiry", "'expires_in_days' is 1 to 3650.");
        var scopes = body.Scopes ?? caller.Scopes;
        foreach (var scope in scopes)
        {
            if (!TokenScopes.All.Contains(scope))
                throw new ApiProblemException(StatusCodes.Status400BadRequest, "token.scope", $"'{scope}' is not one of {string.Join(", ", TokenScopes.All)}.");
            if (!TokenScopes.Permit(caller.Scopes, scope))
                throw new ApiProblemException(StatusCodes.Status403Forbidden, "auth.scope", $"A token cannot create one that permits more: '{scope}'.");
        }

        if (scopes.Count == 0 && caller.Scopes.Count > 0)
            scopes = caller.Scopes;
        var (record, token) = await tokens.IssueAsync(
            caller.UserId, TokenKind.Personal, body.Name, scopes, body.ExpiresInDays is { } days ? TimeSpan.FromDays(days) : null, context.RequestAborted, caller);
        return Results.Json(new { record.Id, record.Name, record.Scopes, record.ExpiresAt, token }, BerthJson.Options, statusCode: StatusCodes.Status201Created);
    }

    private static async Task<IResult> RevokeAsync(HttpContext context, string id, TokenStore tokens) =>
        await tokens.RevokeAsync(context.Caller(), id, context.RequestAborted)
            ? Results.NoContent()
            : throw new ApiProblemException(StatusCodes.Status404NotFound, "token.unknown", "You have no such token in force.");

    private sealed record LogIn(string? Username, string? Password);

    private sealed record SignIn(string? Code);

    private sealed record NewToken(string? Name, IReadOnlyList<string>? Scopes, int? ExpiresInDays);
}
