using System.Security.Cryptography;
using System.Text;
using Berth.Server.Configuration;

namespace Berth.Server.Auth;

/// <summary>The token of whoever collects metrics (<see cref="BerthSettings.MetricsToken"/>): it signs nobody in.</summary>
internal static class ScrapeToken
{
    public static bool IsIn(HttpContext context) =>
        context.RequestServices.GetRequiredService<BerthSettings>().MetricsToken is { } expected
        && TokenCallerResolver.BearerToken(context.Request) is { } given
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected));
}
