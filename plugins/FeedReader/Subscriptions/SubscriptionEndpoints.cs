using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Plugins.Http;

namespace FeedReader.Subscriptions;

/// <summary>What keeps subscriptions. None of these reaches the network.</summary>
internal static class SubscriptionEndpoints
{
    private const int MaxTitle = 200;

    public static async Task<SubscriptionList> List([FromServices] SubscriptionBook book, CancellationToken cancellationToken) =>
        new(await book.ListAsync(cancellationToken));

    public static async Task<IResult> Add(HttpRequest request, [FromServices] SubscriptionBook book, CancellationToken cancellationToken)
    {
        var (draft, problem) = await JsonBody.ReadAsync(request, FeedJson.Default.SubscriptionDraft, cancellationToken);
        if (draft is null)
            return problem!.ToResult(FeedJson.Default.Problem);
        if (!FeedUrl.TryParse(draft.Url, out var url))
            return FeedProblem.InvalidUrl("/url").ToResult(FeedJson.Default.Problem);
        if (draft.Title is { } title && (title.Length > MaxTitle || title.Any(char.IsControl)))
            return InvalidTitle().ToResult(FeedJson.Default.Problem);

        return await book.AddAsync(url, draft.Title, cancellationToken) switch
        {
            (null, _) => Full().ToResult(FeedJson.Default.Problem),
            ({ } added, true) => TypedResults.Created($"subscriptions/{added.Id}", added),
            ({ } existing, false) => TypedResults.Ok(existing),
        };
    }

    public static async Task<IResult> Remove(string id, [FromServices] SubscriptionBook book, CancellationToken cancellationToken) =>
        await book.RemoveAsync(id, cancellationToken) ? TypedResults.NoContent() : NotFound().ToResult(FeedJson.Default.Problem);

    public static async Task<IResult> RemoveByUrl(string? url, [FromServices] SubscriptionBook book, CancellationToken cancellationToken)
    {
        if (!FeedUrl.TryParse(url, out var address))
            return FeedProblem.InvalidUrl("url").ToResult(FeedJson.Default.Problem);
        return await Remove(SubscriptionBook.IdOf(address), book, cancellationToken);
    }

    private static Problem NotFound() =>
        Problem.Of(404, "subscriptions.not_found", "Not subscribed", "You do not follow this feed.");

    private static Problem Full() =>
        Problem.Of(409, "subscriptions.full", "Too many subscriptions", $"You follow {SubscriptionBook.Max} feeds, which is the most. Remove one first.");

    private static Problem InvalidTitle() => Problem.Of(
        400, "subscriptions.invalid", "Invalid subscription", "The subscription was not saved. See errors for what to change.",
        [new InvalidMember("/title", $"A title has at most {MaxTitle} characters on one line.")]);
}
