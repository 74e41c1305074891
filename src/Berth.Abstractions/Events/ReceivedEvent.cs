namespace Berth.Events;

/// <summary>An event as a plugin's handler gets it. Never tells whose it is.</summary>
/// <param name="Data">What happened.</param>
/// <param name="At">When.</param>
/// <param name="Number">
/// The event's number in the host's outbox, by which a durable subscription recognises what it is given a second time;
/// <see langword="null"/> for an event that has none yet.
/// </param>
public sealed record ReceivedEvent(BerthEvent Data, DateTimeOffset At, long? Number);
