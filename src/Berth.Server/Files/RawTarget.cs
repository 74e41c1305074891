using Microsoft.AspNetCore.Http.Features;

namespace Berth.Server.Files;

/// <summary>Looks at the request's target as it was sent, before the server decoded it and resolved dot segments.</summary>
internal static class RawTarget
{
    /// <summary>
    /// Whether the path has a traversal form in any encoding: dot segments, encoded dots, slashes, backslashes, percent
    /// signs or NUL, or empty segments. No file of a package needs one.
    /// </summary>
    public static bool IsSuspicious(HttpContext context)
    {
        var target = (context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "").AsSpan();
        var query = target.IndexOf('?');
        if (query >= 0)
            target = target[..query];
        return target.IndexOf('\\') >= 0
            || target.IndexOf("/.") >= 0
            || target.IndexOf("//") >= 0
            || (target.IndexOf('%') >= 0 && HasForbiddenEscape(target));
    }

    private static bool HasForbiddenEscape(ReadOnlySpan<char> target)
    {
        for (var i = target.IndexOf('%'); i >= 0 && i < target.Length; i++)
        {
            if (target[i] != '%')
                continue;
            if (i + 2 >= target.Length || !char.IsAsciiHexDigit(target[i + 1]) || !char.IsAsciiHexDigit(target[i + 2]))
                return true;
            var value = Convert.ToInt32(target.Slice(i + 1, 2).ToString(), 16);
            if (value is < 0x20 or '.' or '/' or '\\' or '%' or ':' or 0x7f)
                return true;
        }

        return false;
    }
}
