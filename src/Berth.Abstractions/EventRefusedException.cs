namespace Berth;

/// <summary>A plugin published or asked for an event that it may not.</summary>
public sealed class EventRefusedException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="eventName">The declared event or the type.</param>
    /// <param name="reason">Why not and what to do, as a sentence.</param>
    public EventRefusedException(string eventName, string reason)
        : base($"The event '{eventName}' is refused: {reason}")
    {
        EventName = eventName;
        Reason = reason;
    }

    /// <summary>The declared event or the type.</summary>
    public string EventName { get; }

    /// <summary>Why not and what to do.</summary>
    public string Reason { get; }
}
