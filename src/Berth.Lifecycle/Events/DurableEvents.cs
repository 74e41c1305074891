using Berth.Data.Sessions;
using Berth.Host.Events;
using Berth.Lifecycle.Operations.Journal;
using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.Events;

/// <summary>
/// Subscriptions over the outbox that miss nothing. Where one is, is saved after its handler has succeeded: what is handled
/// when the process dies before that is handled again.
/// </summary>
internal sealed partial class DurableEvents(IEvents events, EventCursors cursors, IStepWitness witness, TimeProvider time, ILogger<DurableEvents> logger) : IDurableEvents
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan UnsavedFor = TimeSpan.FromHours(1);
    private const int UnsavedAtMost = 500;

    public async Task FollowAsync(string name, BusFilter filter, Func<HostEvent, CancellationToken, Task<bool>> handler, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(handler);
        var wanted = filter with { IncludesStored = true };
        var saved = -1L;
        var savedAt = time.GetTimestamp();
        var follower = new OutboxFollower(events, StoredEvents.ToOutbox(filter), time);
        await foreach (var step in follower.FollowAsync(token => PatientAsync(() => cursors.FindAsync(name, token), token), cancellationToken))
        {
            var isHandled = step.Event is { } row && StoredEvents.Read(row) is { } happened && wanted.Matches(happened)
                && await HandleAsync(name, happened, handler, cancellationToken);
            // A step without an event is saved when it is the first, so that a new subscription has its place, or worth it.
            if (!isHandled && saved >= 0 && step.Position < saved + UnsavedAtMost && time.GetElapsedTime(savedAt) < UnsavedFor)
                continue;
            await PatientAsync(() => SaveAsync(name, step.Position, cancellationToken), cancellationToken);
            (saved, savedAt) = (step.Position, time.GetTimestamp());
        }
    }

    private async Task<bool> HandleAsync(string name, HostEvent happened, Func<HostEvent, CancellationToken, Task<bool>> handler, CancellationToken cancellationToken)
    {
        var pause = TimeSpan.FromSeconds(1);
        while (!await TryAsync(name, happened, handler, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            LogAgain(name, happened.Type, happened.Number, pause.TotalSeconds);
            await Task.Delay(pause, time, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }

        await witness.ReachedAsync("event", "handled");
        return true;
    }

    private async Task<bool> TryAsync(string name, HostEvent happened, Func<HostEvent, CancellationToken, Task<bool>> handler, CancellationToken cancellationToken)
    {
        try
        {
            return await handler(happened, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogThrew(name, happened.Type, happened.Number, exception);
            return false;
        }
    }

    private async Task<bool> SaveAsync(string name, long position, CancellationToken cancellationToken)
    {
        await cursors.SaveAsync(name, position, cancellationToken);
        return true;
    }

    private async Task<T> PatientAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await work();
            }
            catch (DatabaseUnavailableException exception)
            {
                LogAway(exception);
                await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
            }
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The subscription {Name} did not handle {Type} number {Number}; it is given the event again in {Seconds} s")]
    private partial void LogAgain(string name, string type, long? number, double seconds);

    [LoggerMessage(EventId = 3, Level = LogLevel.Warning, Message = "The handler of {Name} threw at {Type} number {Number}")]
    private partial void LogThrew(string name, string type, long? number, Exception exception);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "The database is away; a durable subscription goes on when it is back")]
    private partial void LogAway(Exception exception);
}
