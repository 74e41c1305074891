using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Berth;

namespace FeedReader.Subscriptions;

/// <summary>The calling user's subscriptions.</summary>
internal sealed class SubscriptionBook(IUserData data, TimeProvider time)
{
    public const int Max = 100;

    private const string Prefix = "subscriptions/";

    public async Task<IReadOnlyList<Subscription>> ListAsync(CancellationToken cancellationToken)
    {
        var documents = await data.ListJsonAsync(Prefix, cancellationToken);
        return [.. documents
            .Select(document => JsonSerializer.Deserialize(document.Value, FeedJson.Default.Subscription)!)
            .OrderBy(subscription => subscription.Added)];
    }

    /// <summary>Follows the feed. Following it again answers what is there; more than <see cref="Max"/> answers nothing.</summary>
    public async Task<(Subscription? Subscription, bool IsNew)> AddAsync(Uri url, string? title, CancellationToken cancellationToken)
    {
        var id = IdOf(url);
        if (await data.GetAsync(Prefix + id, FeedJson.Default.Subscription, cancellationToken) is { } existing)
            return (existing, false);
        if ((await data.ListJsonAsync(Prefix, cancellationToken)).Count >= Max)
            return (null, false);

        var subscription = new Subscription(id, url.AbsoluteUri, title, time.GetUtcNow());
        await data.SetAsync(Prefix + id, subscription, FeedJson.Default.Subscription, cancellationToken);
        return (subscription, true);
    }

    public Task<bool> RemoveAsync(string id, CancellationToken cancellationToken) =>
        id.Length == 32 && id.All(char.IsAsciiHexDigitLower) ? data.RemoveAsync(Prefix + id, cancellationToken) : Task.FromResult(false);

    /// <summary>The address decides the id, so that a double click follows a feed once.</summary>
    public static string IdOf(Uri url) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(url.AbsoluteUri)))[..32];
}
