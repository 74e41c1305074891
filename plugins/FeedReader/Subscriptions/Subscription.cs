namespace FeedReader.Subscriptions;

/// <summary>One feed a user follows, as it is kept (under <c>subscriptions/{id}</c>) and as the API answers it.</summary>
public sealed record Subscription(string Id, string Url, string? Title, DateTimeOffset Added);

/// <summary>What a client sends to follow a feed.</summary>
public sealed record SubscriptionDraft
{
    public string? Url { get; init; }

    public string? Title { get; init; }
}

/// <summary>What <c>GET /subscriptions</c> answers, in the order in which they were added.</summary>
public sealed record SubscriptionList(IReadOnlyList<Subscription> Subscriptions);
