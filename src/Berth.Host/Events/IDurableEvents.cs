namespace Berth.Host.Events;

/// <summary>Subscriptions that miss nothing, over restarts. Who keeps the outbox implements it; a host without one has none.</summary>
public interface IDurableEvents
{
    /// <summary>
    /// Hands the stored events that match to <paramref name="handler"/>, in order and one at a time, each at least once: from
    /// where the subscription of this name was when it last ran, and from now on when it is new. Where it is, is saved after
    /// the handler has succeeded. Begins to keep events before it returns; runs until it is cancelled.
    /// </summary>
    /// <param name="name">Names the subscription for ever.</param>
    /// <param name="filter">Which events.</param>
    /// <param name="handler">Answers whether it succeeded; otherwise it is given the same event again, after a while.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task FollowAsync(string name, BusFilter filter, Func<HostEvent, CancellationToken, Task<bool>> handler, CancellationToken cancellationToken);
}
