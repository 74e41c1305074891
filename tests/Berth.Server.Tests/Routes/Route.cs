using System.Text.RegularExpressions;
using Berth.Server.Apis;
using Berth.Server.Auth;
using Berth.Server.RateLimiting;
using Microsoft.AspNetCore.Routing;

namespace Berth.Server.Tests.Routes;

/// <summary>One route of the running server, as its own endpoint table has it: a new route is tested without being listed.</summary>
public sealed partial record Route(bool IsRegistry, string Method, string Template, bool IsAnonymous, bool NeedsAdministrator, string Scope)
{
    /// <summary>The category of rate limits the endpoint itself names; <see langword="null"/> when it names none.</summary>
    public RateCategory? Category { get; init; }

    public IReadOnlyList<string> Parameters { get; } = [.. Parameter().Matches(Template).Select(match => match.Groups["name"].Value)];

    public bool Writes => Method is not ("GET" or "HEAD" or "OPTIONS");

    /// <summary>The address with every parameter filled in.</summary>
    public string Target(Func<string, string> value) => Parameter().Replace(Template, match => value(match.Groups["name"].Value));

    /// <summary>The address of something that does not exist.</summary>
    public string TargetOfNothing() => Target(name => name switch
    {
        "version" => "1.0.0",
        "path" => "nothing",
        _ => "Nothing",
    });

    public override string ToString() => $"{(IsRegistry ? "registry" : "host")} {Method} {Template}";

    public static IEnumerable<Route> Of(IServiceProvider application, bool isRegistry) =>
        from endpoint in application.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]
        let needsAdministrator = endpoint.Metadata.GetMetadata<AdministratorNeeded>() is not null
        select new Route(
            isRegistry,
            method,
            "/" + endpoint.RoutePattern.RawText!.Trim('/'),
            endpoint.Metadata.GetMetadata<AnonymousAllowed>() is not null || endpoint.RoutePattern.RawText!.StartsWith("/health/", StringComparison.Ordinal),
            needsAdministrator,
            endpoint.Metadata.GetMetadata<ScopeNeeded>()?.Scope ?? (needsAdministrator ? TokenScopes.Admin : TokenScopes.Read))
        {
            Category = endpoint.Metadata.GetMetadata<RateLimited>()?.Category,
        };

    [GeneratedRegex("\\{\\*{0,2}(?<name>[a-zA-Z]+)\\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Parameter();
}
