using Berth.Server.Problems;

namespace Berth.Server.Apis;

/// <summary>Reads slugs and versions from routes. What has not the form of one names nothing: it never reaches a path or a query.</summary>
internal static class RouteValues
{
    public static string Slug(HttpContext context, string name = "slug") =>
        context.GetRouteValue(name) is string text && IsSlugOrPluginId(text) ? text
        : throw new ApiProblemException(StatusCodes.Status404NotFound, "plugin.unknown", "There is no such plugin. Slugs are letters, digits, '.', '_' and '-', 2 to 64, and start with a letter.");

    public static string Version(HttpContext context) =>
        context.GetRouteValue("version") is string { Length: > 0 and <= 256 } text && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '+') ? text
        : throw new ApiProblemException(StatusCodes.Status404NotFound, "version.unknown", "There is no such version. Versions are SemVer 2.0.0, for example 1.2.3.");

    // A plugin id is {32 hexadecimal digits}_{slug}.
    private static bool IsSlugOrPluginId(string text) =>
        text.Length is >= 2 and <= 97 && char.IsAsciiLetterOrDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
