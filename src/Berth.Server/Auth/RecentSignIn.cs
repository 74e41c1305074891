using System.Globalization;
using Berth.Server.Configuration;
using Berth.Server.Problems;

namespace Berth.Server.Auth;

/// <summary>
/// Whoever finds a browser that somebody left signed in must not administrate with it: a write of an administrator with the
/// session's cookie needs that they signed in a short while ago. Tokens are exempt: they are kept by programs, which cannot
/// sign in, and are limited by scopes and an end of their own.
/// </summary>
internal static class RecentSignIn
{
    public static void Require(HttpContext context, Caller caller)
    {
        if (caller.SignedInAt is not { } at || HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
            return;
        var services = context.RequestServices;
        if (services.GetRequiredService<BerthSettings>().Web.RecentSignIn is not { } limit || services.GetRequiredService<TimeProvider>().GetUtcNow() - at <= limit)
            return;
        throw new ApiProblemException(StatusCodes.Status403Forbidden, "auth.recent_sign_in", string.Create(
            CultureInfo.InvariantCulture,
            $"You signed in more than {limit.TotalMinutes:0.#} minutes ago, and this is an administrator's change. Sign in again (POST /api/v1/auth/login, or a new sign-in link) and repeat it."));
    }
}
