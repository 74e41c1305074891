using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.RateLimiting;
using Berth.Events;
using Berth.Host.Health;
using Berth.Host.Services;

namespace Berth.Host.Events.Plugins;

/// <summary>A loaded version's door to events. Its subscriptions end with it.</summary>
internal sealed class PluginEvents(PluginVersionId id, PluginEventRules rules, PluginEventParts parts, CancellationToken unloading) : IPluginEvents, IAsyncDisposable
{
    public const int LongestData = 65_536;
    private const int MostSubscriptions = 100;
    private const int MostRefusalsTold = 100;
    private const int WaitingEvents = 256;

    private readonly ConcurrentDictionary<PluginSubscription, bool> _subscriptions = new();
    private readonly ConcurrentDictionary<string, bool> _refused = new(StringComparer.Ordinal);

    // Each is a row in the outbox: a loop that publishes must not fill the database.
    private readonly TokenBucketRateLimiter _rate = new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = 1000,
        TokensPerPeriod = 100,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        AutoReplenishment = false,
    });

    private volatile bool _isOver;

    /// <summary>Hears of each handler's call once the version runs.</summary>
    public InstanceMonitor? Monitor { get; set; }

    public ValueTask PublishJsonAsync(string name, string json, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(json);
        cancellationToken.ThrowIfCancellationRequested();
        if (rules.RefusalToPublish(name) is { } reason)
            throw Refuse(name, reason);
        CheckData(json);
        _rate.TryReplenish();
        if (!_rate.AttemptAcquire().IsAcquired)
            throw Refuse(name, $"{id} has published 1,000 events and more than 100 a second since. Publish less often, or several things in one event.");
        var user = PluginScope.Current is { } scope && scope.Id == id ? scope.UserId : null;
        parts.Events.Raise(new PluginEventPublished(id.Slug, id.Version, name, json), id, user);
        return ValueTask.CompletedTask;
    }

    public IDisposable Subscribe(EventSelection selection, Func<ReceivedEvent, CancellationToken, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(selection);
        ArgumentNullException.ThrowIfNull(handler);
        ObjectDisposedException.ThrowIf(_isOver || unloading.IsCancellationRequested, typeof(IPluginEvents));
        if (rules.RefusalToSee(selection) is { } reason)
            throw Refuse(selection.Name ?? selection.Type, reason);
        if (_subscriptions.Count >= MostSubscriptions)
            throw Refuse(selection.Name ?? selection.Type, $"{id} has {MostSubscriptions} subscriptions already. Dispose those that are not needed.");
        var subscription = Start(selection, new PluginHandler(id, Describe(selection), handler, parts.Limit, parts.Time, () => Monitor));
        _subscriptions[subscription] = true;
        // Whoever disposes this object at the same time has either seen the subscription or ends it here.
        if (_isOver)
            subscription.Dispose();
        return subscription;
    }

    /// <summary>Ends all subscriptions and waits for the handlers that run.</summary>
    public async ValueTask DisposeAsync()
    {
        _isOver = true;
        var ending = _subscriptions.Keys.ToList();
        foreach (var subscription in ending)
            subscription.Dispose();
        await Task.WhenAll(ending.Select(subscription => subscription.Ended));
        await _rate.DisposeAsync();
    }

    private PluginSubscription Start(EventSelection selection, PluginHandler handler)
    {
        var filter = new BusFilter { Types = [selection.Type], Slug = selection.Slug ?? id.Slug, EventName = selection.Name, IncludesStored = true };
        if (selection.DurableName is not { } name)
            return PluginSubscription.Live(parts.Bus.Subscribe($"{id}: {Describe(selection)}", filter, WaitingEvents), handler, Leave, unloading);
        if (name.Length is 0 or > 128)
            throw new ArgumentException("The name of a durable subscription has 1 to 128 characters.", nameof(selection));
        return parts.Durable is { } durable
            ? PluginSubscription.Durable(durable, $"plugin/{id.Slug}/{name}", filter, handler, Leave, unloading)
            : throw Refuse(selection.Name ?? selection.Type, "this host keeps no events, so a subscription cannot be durable. Subscribe without a name.");
    }

    private void Leave(PluginSubscription subscription) => _subscriptions.TryRemove(subscription, out _);

    // Protected events are never dropped, so a plugin in a loop must not be able to make many: one a version and event.
    private EventRefusedException Refuse(string name, string reason)
    {
        if (_refused.Count < MostRefusalsTold && _refused.TryAdd(name, true))
            parts.Events.Raise(new EventRefused(id.Slug, id.Version, name, reason), id);
        return new EventRefusedException(name, reason);
    }

    private static string Describe(EventSelection selection) => selection.Name is { } name ? $"{selection.Type} {name}" : selection.Type;

    private static void CheckData(string json)
    {
        if (json.Length > LongestData)
            throw new ArgumentException($"The data of an event has at most {LongestData} characters; this has {json.Length}.", nameof(json));
        try
        {
            using var parsed = JsonDocument.Parse(json);
        }
        catch (JsonException exception)
        {
            throw new ArgumentException($"The data of an event is JSON: {exception.Message}", nameof(json), exception);
        }
    }
}
