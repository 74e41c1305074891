using Berth.Registry.Publishing;
using Berth.Server.Auth;
using Berth.Server.Events;
using Berth.Server.Problems;

namespace Berth.Server.Apis;

/// <summary>Publishes on the registry: how far one is and how it ended, also as a stream of its stages.</summary>
internal static class PublicationsApi
{
    public static void MapPublications(this IEndpointRouteBuilder routes) =>
        routes.MapGroup("/api/v1/operations").WithTags("Publish").WithBerthPolicies().AcceptPublishTokens()
            .MapGet("/{id}", OneAsync).WithSummary("One publish with what its stages said; as text/event-stream each as it comes");

    private static async Task<IResult> OneAsync(HttpContext context, string id, IPublications publications)
    {
        var caller = context.Caller();
        var publication = id.Length == 32 && id.All(char.IsAsciiHexDigitLower) ? await publications.FindAsync(id, context.RequestAborted) : null;
        if (publication is null
            || (publication.PublishedBy != caller.UserId && !caller.IsReviewer)
            || (TokenScopes.OnlySlug(caller.Scopes) is { } only && only != publication.Slug))
        {
            throw new ApiProblemException(StatusCodes.Status404NotFound, "operation.unknown", "There is no such operation, or it is another user's.");
        }

        return ServerSentEvents.IsWanted(context.Request)
            ? new PublicationStream(id, publications)
            : Results.Json(PublicationShape.Of(context, publication), BerthJson.Options);
    }
}
