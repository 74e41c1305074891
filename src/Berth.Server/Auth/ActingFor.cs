using Berth.Server.Problems;

namespace Berth.Server.Auth;

/// <summary>The header with which an administrator acts for a user; both are audited.</summary>
internal static class ActingFor
{
    public const string Header = "Berth-User";

    public static async ValueTask<Caller> ResolveAsync(HttpContext context, Caller caller)
    {
        var wanted = context.Request.Headers[Header].ToString();
        if (wanted.Length == 0)
            return caller;
        if (!caller.IsAdministrator)
            throw new ApiProblemException(StatusCodes.Status403Forbidden, "auth.administrator", $"Only an administrator may act for another user ({Header}).");
        var user = IsUserId(wanted) ? await context.RequestServices.GetRequiredService<UserStore>().FindAsync(wanted, context.RequestAborted) : null;
        if (user is null)
            throw new ApiProblemException(StatusCodes.Status404NotFound, "user.unknown", $"There is no user with the id that {Header} names. Ids are 32 lower-case hexadecimal digits.");
        return caller with { UserId = user.Id, UserName = user.Username, Roles = user.Roles };
    }

    private static bool IsUserId(string text) => text.Length == 32 && text.All(char.IsAsciiHexDigitLower);
}
