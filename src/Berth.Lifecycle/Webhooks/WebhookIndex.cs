using Berth.Lifecycle.Events;

namespace Berth.Lifecycle.Webhooks;

/// <summary>Webhooks by whose events they get, so that an event is not held against the webhooks of everybody.</summary>
internal sealed class WebhookIndex
{
    private readonly ILookup<string, Wanted> _byUser;
    private readonly List<Wanted> _everybodys;

    public WebhookIndex(IReadOnlyList<WebhookRow> rows)
    {
        var wanted = rows.Select(row => new Wanted(row, new EventFilter(row.Everybodys == 1 ? null : row.UserId, row.TypeList, row.PluginSlug))).ToList();
        _everybodys = [.. wanted.Where(one => one.Row.Everybodys == 1)];
        _byUser = wanted.Where(one => one.Row.Everybodys == 0).ToLookup(one => one.Row.UserId, StringComparer.Ordinal);
    }

    /// <summary>The ids of those that get this event.</summary>
    public IEnumerable<string> Wanting(PublishedEvent published) =>
        _everybodys.Concat(published.UserId is { } user ? _byUser[user] : [])
            .Where(one => published.Sequence > one.Row.BeginsAfter && one.Filter.Matches(published)).Select(one => one.Row.Id);

    private sealed record Wanted(WebhookRow Row, EventFilter Filter);
}
