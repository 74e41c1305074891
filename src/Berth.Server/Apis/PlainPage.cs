using System.Security.Cryptography;
using System.Text;

namespace Berth.Server.Apis;

/// <summary>A page of a few sentences: no script, no foreign request, readable in light and dark.</summary>
internal static class PlainPage
{
    private const string Style = """
        :root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:10vh auto;padding:0 1rem}
        pre{padding:1rem;border:1px solid;border-radius:.5rem;overflow-wrap:anywhere;white-space:pre-wrap}button{font:inherit;padding:.5rem 1.5rem}
        """;

    // The style by its digest: nothing that got into the page could bring another.
    private static readonly string Policy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    /// <summary>The page; the caller encodes what it puts into the body.</summary>
    public static IResult Show(HttpContext context, string body)
    {
        context.Response.Headers.ContentSecurityPolicy = Policy;
        return Results.Content($$"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Berth</title>
            <style>{{Style}}</style></head>
            <body>{{body}}</body></html>
            """, "text/html; charset=utf-8", statusCode: context.Response.StatusCode);
    }
}
