using Berth.Server.Configuration;

namespace Berth.Server.Composition;

/// <summary>
/// Lets pages of the listed origins call <c>/api</c> and <c>/p</c> from a browser (CORS, in the Fetch standard). Nothing is
/// added for any other origin, and nothing to the files of plugins, which say for themselves who may read them.
/// </summary>
internal static class OtherOrigins
{
    private const string Policy = "berth.origins";
    private static readonly PathString Files = "/api/v1/public";

    // What a front end reads besides the body; browsers hide the rest of another origin's headers.
    private static readonly string[] Exposed =
        ["Content-Disposition", "ETag", "Link", "Location", "RateLimit", "RateLimit-Policy", "Repr-Digest", "Retry-After", "WWW-Authenticate"];

    public static void AddOtherOrigins(this IServiceCollection services, BerthSettings settings)
    {
        if (settings.AllowedOrigins.Count == 0)
            return;
        services.AddCors(cors => cors.AddPolicy(Policy, policy => policy
            .WithOrigins([.. settings.AllowedOrigins])
            .WithMethods("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
            .AllowAnyHeader()
            .WithExposedHeaders(Exposed)
            // Front ends of older systems send every request with credentials, and browsers then want to read that they
            // may. The session's cookie still says nothing here: see TokenCallerResolver.
            .AllowCredentials()
            .SetPreflightMaxAge(TimeSpan.FromMinutes(10))));
    }

    /// <summary>Answers preflights of plugins' endpoints too: no plugin decides which pages may call it with a user's token.</summary>
    public static void UseOtherOrigins(this WebApplication app, BerthSettings settings)
    {
        if (settings.AllowedOrigins.Count > 0)
            app.UseWhen(static context => IsCalled(context.Request.Path), static calls => calls.UseCors(Policy));
    }

    private static bool IsCalled(PathString path) =>
        path.StartsWithSegments("/p", StringComparison.OrdinalIgnoreCase)
        || (path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase) && !path.StartsWithSegments(Files, StringComparison.OrdinalIgnoreCase));
}
