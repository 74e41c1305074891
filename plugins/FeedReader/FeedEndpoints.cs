using System.Collections.Concurrent;
using Berth;
using FeedReader.Fetching;
using FeedReader.Subscriptions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Plugins.Http;

namespace FeedReader;

/// <summary>What reads feeds. Each of these needs the capability <c>network:http-client</c>.</summary>
internal static class FeedEndpoints
{
    private const int MaxEntries = 200;
    private const int FetchesAtOnce = 8;

    public static VersionAnswer Version([FromServices] VersionAnswer version) => version;

    public static async Task<IResult> Read(
        string? url, [FromServices] FeedSource source, [FromServices] IUserSettings<FeedSettings> settings, CancellationToken cancellationToken)
    {
        var outcome = FeedUrl.TryParse(url, out var address)
            ? await source.ReadAsync(address, MaxAge(settings), cancellationToken)
            : new FeedOutcome.Refused(FeedProblem.InvalidUrl("url"));
        return outcome switch
        {
            FeedOutcome.Read(var answer) => TypedResults.Ok(Newest(answer, settings.Value.MaxItems)),
            FeedOutcome.Refused(var problem) => problem.ToResult(FeedJson.Default.Problem),
            _ => throw new InvalidOperationException($"Unknown outcome {outcome}."),
        };
    }

    public static async Task<IResult> ReadAll(
        string? limit,
        [FromServices] FeedSource source,
        [FromServices] SubscriptionBook book,
        [FromServices] IUserSettings<FeedSettings> settings,
        [FromServices] FeedLimits limits,
        CancellationToken cancellationToken)
    {
        // As a text: the framework answers a number it cannot read with a bare 400.
        var count = MaxEntries;
        if (limit is not null && (!int.TryParse(limit, out count) || count is < 1 or > MaxEntries))
            return FeedProblem.InvalidLimit(MaxEntries).ToResult(FeedJson.Default.Problem);

        var entries = new ConcurrentBag<Entry>();
        var failed = new ConcurrentBag<FailedFeed>();
        using var deadline = new CancellationTokenSource(limits.AllTimeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);

        var subscriptions = await book.ListAsync(cancellationToken);
        var options = new ParallelOptions { MaxDegreeOfParallelism = FetchesAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(subscriptions, options, async (subscription, _) =>
        {
            switch (await ReadOneAsync(source, subscription, MaxAge(settings), either.Token, cancellationToken))
            {
                case FeedOutcome.Read(var answer):
                    foreach (var item in answer.Feed.Items.Take(settings.Value.MaxItems))
                        entries.Add(new Entry(subscription.Url, answer.Feed.Title, item));
                    break;
                case FeedOutcome.Refused(var problem):
                    failed.Add(new FailedFeed(subscription.Url, problem.Code, problem.Detail));
                    break;
            }
        });

        var newest = entries
            .OrderByDescending(entry => entry.Item.Published ?? DateTimeOffset.MinValue)
            .ThenBy(entry => entry.Feed, StringComparer.Ordinal)
            .ThenBy(entry => entry.Item.Id, StringComparer.Ordinal)
            .Take(count);
        return TypedResults.Ok(new EntriesAnswer([.. newest], [.. failed.OrderBy(feed => feed.Url, StringComparer.Ordinal)]));
    }

    private static async Task<FeedOutcome> ReadOneAsync(
        FeedSource source, Subscription subscription, TimeSpan maxAge, CancellationToken deadline, CancellationToken cancellationToken)
    {
        if (!FeedUrl.TryParse(subscription.Url, out var address))
            return new FeedOutcome.Refused(FeedProblem.InvalidUrl("url"));
        try
        {
            return await source.ReadAsync(address, maxAge, deadline);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new FeedOutcome.Refused(FeedProblem.TooSlow(address));
        }
    }

    private static TimeSpan MaxAge(IUserSettings<FeedSettings> settings) => TimeSpan.FromMinutes(settings.Value.RefreshMinutes);

    private static FeedAnswer Newest(FeedAnswer answer, int count) =>
        answer with { Feed = answer.Feed with { Items = [.. answer.Feed.Items.Take(count)] } };
}
