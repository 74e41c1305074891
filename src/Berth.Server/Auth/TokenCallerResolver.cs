using System.Security.Cryptography;
using System.Text;
using Berth.Server.Configuration;
using Berth.Server.Problems;

namespace Berth.Server.Auth;

/// <summary>
/// Callers by personal access token (<c>Authorization: Bearer</c>) or by the browser session's cookie. A cookie is sent by
/// browsers unasked, so a write that comes with one must also carry the session's antiforgery token.
/// </summary>
/// <remarks>
/// Pages of the origins in <see cref="BerthSettings.AllowedOrigins"/> bring a token of their own: the cookie of somebody
/// who happens to be signed in to the console is not theirs to use.
/// </remarks>
public sealed class TokenCallerResolver(TokenStore tokens, BerthSettings settings) : ICallerResolver
{
    /// <summary>Name of the session cookie.</summary>
    public const string CookieName = "berth_session";

    /// <summary>Header of the antiforgery token.</summary>
    public const string AntiforgeryHeader = "Berth-Antiforgery";

    private readonly HeaderHashes _known = new();

    /// <inheritdoc />
    public async ValueTask<Caller?> ResolveAsync(HttpContext context)
    {
        if (context.Request.Headers.Authorization is [{ } header] && _known.Find(header) is { } known)
            return await tokens.ResolveHashAsync(known, context.RequestAborted);
        if (BearerToken(context.Request) is { } token)
            return await ResolveAsync(token, context);

        if (settings.AllowedOrigins.Count > 0 && settings.AllowedOrigins.Contains(context.Request.Headers.Origin.ToString(), StringComparer.Ordinal))
            return null;
        if (!context.Request.Cookies.TryGetValue(CookieName, out var session) || !session.StartsWith(AccessToken.SessionPrefix, StringComparison.Ordinal))
            return null;
        var caller = await tokens.ResolveAsync(session, context.RequestAborted);
        if (caller is not null && !IsSafe(context.Request.Method) && !HasAntiforgery(context.Request, session))
        {
            throw new ApiProblemException(StatusCodes.Status403Forbidden, "auth.antiforgery",
                $"A write with the session cookie needs the header {AntiforgeryHeader} with the value that signing in and GET /api/v1/auth/me return.");
        }

        return caller;
    }

    /// <summary>The antiforgery token of a session: only who can read its answers knows it.</summary>
    public static string AntiforgeryOf(string session) => AccessToken.Hash("antiforgery:" + session);

    /// <summary>The token of the Authorization header, if there is one.</summary>
    public static string? BearerToken(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header[7..].Trim() : null;
    }

    private async ValueTask<Caller?> ResolveAsync(string token, HttpContext context)
    {
        // A session's secret is only ever accepted from its cookie.
        if (token.StartsWith(AccessToken.SessionPrefix, StringComparison.Ordinal) || TokenStore.HashOf(token) is not { } hash)
            return null;
        var caller = await tokens.ResolveHashAsync(hash, context.RequestAborted);
        if (caller is not null && context.Request.Headers.Authorization is [{ } header])
            _known.Keep(header, hash);
        return caller;
    }

    private static bool IsSafe(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    private static bool HasAntiforgery(HttpRequest request, string session) =>
        CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(request.Headers[AntiforgeryHeader].ToString()), Encoding.UTF8.GetBytes(AntiforgeryOf(session)));
}
