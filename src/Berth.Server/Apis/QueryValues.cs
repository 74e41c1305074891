using System.Globalization;
using Berth.Server.Problems;

namespace Berth.Server.Apis;

/// <summary>Reads query values, bounded and with clear errors.</summary>
internal static class QueryValues
{
    public static bool Flag(HttpRequest request, string name) => request.Query[name].ToString() switch
    {
        "" => false,
        "true" or "1" => true,
        "false" or "0" => false,
        _ => throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.query", $"'{name}' is true or false."),
    };

    public static int Limit(HttpRequest request, int preset = 20)
    {
        var text = request.Query["limit"].ToString();
        if (text.Length == 0)
            return preset;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= 100
            ? limit
            : throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.query", "'limit' is a whole number from 1 to 100.");
    }

    /// <summary>Points to the next page of the same list: the request's own query with another cursor (RFC 8288).</summary>
    public static void LinkNext(HttpContext context, string? cursor)
    {
        if (cursor is null)
            return;
        var request = context.Request;
        var query = QueryString.Create(request.Query.Where(value => value.Key != "cursor")).Add("cursor", cursor);
        context.Response.Headers.Link = $"<{request.PathBase.ToUriComponent()}{request.Path.ToUriComponent()}{query.ToUriComponent()}>; rel=\"next\"";
    }

    public static string? Text(HttpRequest request, string name, int maxLength = 512)
    {
        var text = request.Query[name].ToString();
        if (text.Length > maxLength)
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.query", $"'{name}' is longer than {maxLength} characters.");
        return text.Length == 0 ? null : text;
    }
}
