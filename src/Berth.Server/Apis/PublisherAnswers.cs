using Berth.Registry.Publishers;
using Berth.Server.Problems;

namespace Berth.Server.Apis;

/// <summary>Outcomes of changes of publishers as answers.</summary>
internal static class PublisherAnswers
{
    private const int MaxName = 64;

    /// <summary>The answer, or the problem.</summary>
    public static IResult Shown(PublisherOutcome outcome, Func<string?, object> done, int status = StatusCodes.Status200OK) => outcome switch
    {
        PublisherOutcome.Done made => Results.Json(done(made.Id), BerthJson.Options, statusCode: status),
        PublisherOutcome.Unknown unknown => throw new ApiProblemException(StatusCodes.Status404NotFound, unknown.Code, unknown.Message),
        PublisherOutcome.NotPermitted { Needed: "administrator" } no => throw new ApiProblemException(
            StatusCodes.Status403Forbidden, "auth.administrator", $"Only an administrator may do this for '{no.Name}'."),
        PublisherOutcome.NotPermitted no => throw new ApiProblemException(
            StatusCodes.Status403Forbidden, "publisher.role", $"This needs the role '{no.Needed}' in '{no.Name}'. Ask one of its owners, or an administrator."),
        PublisherOutcome.Refused refused => throw new ApiProblemException(
            refused.IsConflict ? StatusCodes.Status409Conflict : StatusCodes.Status422UnprocessableEntity, refused.Code, refused.Message),
        _ => throw new InvalidOperationException($"Unknown outcome {outcome.GetType().Name}."),
    };

    /// <summary>The publisher's name in the address. What cannot be one names nothing.</summary>
    public static string Name(HttpContext context, string value = "name") =>
        context.GetRouteValue(value) is string { Length: > 0 and <= MaxName } text && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '~') ? text
        : throw new ApiProblemException(StatusCodes.Status404NotFound, "publisher.unknown", "There is no such publisher.");

    public static async Task<PublisherRecord> FindAsync(HttpContext context, IPublishers publishers)
    {
        var name = Name(context);
        return await publishers.FindAsync(name, context.RequestAborted)
            ?? throw new ApiProblemException(StatusCodes.Status404NotFound, "publisher.unknown", $"There is no publisher '{name}'.");
    }

    /// <summary>An id in an address; 32 hexadecimal digits.</summary>
    public static string Id(HttpContext context, string name, string code, string message) =>
        context.GetRouteValue(name) is string { Length: 32 } text && text.All(char.IsAsciiHexDigitLower) ? text
        : throw new ApiProblemException(StatusCodes.Status404NotFound, code, message);

    /// <summary>A text of a body, without what a database does not take.</summary>
    public static string Text(string? text, string member, int max) =>
        text?.Replace("\0", "", StringComparison.Ordinal).Trim() is { Length: > 0 } clean && clean.Length <= max ? clean
        : throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.invalid", $"Send '{member}', 1 to {max} characters.");

    public static object Shown(PublisherRecord publisher) => new
    {
        publisher.Name,
        publisher.DisplayName,
        publisher.Kind,
        verified = publisher.IsVerified,
        publisher.Prefixes,
        publisher.UserId,
        publisher.CreatedAt,
    };
}
