using System.Net;
using Berth.Server.Configuration;

namespace Berth.Server.Apis;

/// <summary>What a person sees who opens the host's address: what this is, and where to go on.</summary>
internal static class StartPage
{
    public static void MapStartPage(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/", (HttpContext context, BerthAddresses addresses) => PlainPage.Show(context, $"""
            <h1>Berth</h1>
            <p>This is the host of a plugin platform, version {WebUtility.HtmlEncode(BerthVersion.Text)}. It has no pages of its own yet:
            use the command line, or the HTTP routes.</p>
            <ul>
            <li>Sign in with the one-time link that the server printed at its start, or that <code>berth users link</code> prints.</li>
            <li><a href="/openapi/v1.json">What the host offers</a> (OpenAPI 3.1)</li>
            <li><a href="{WebUtility.HtmlEncode(addresses.Registry)}/openapi/v1.json">What the registry offers</a></li>
            <li><a href="/schemas/plugin.v1.json">The schema of a plugin's manifest</a></li>
            <li><a href="/health/ready">Health</a></li>
            </ul>
            """)).WithTags("Host").WithSummary("What this is and where to go on, for people").WithBerthPolicies().AllowAnonymousCallers();
}
