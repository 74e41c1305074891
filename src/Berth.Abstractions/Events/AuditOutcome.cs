namespace Berth.Events;

/// <summary>What the audit says of an event's end.</summary>
public enum AuditOutcome
{
    /// <summary>The event is not in the audit.</summary>
    None = 0,

    /// <summary>Something was done: decided, allowed, changed.</summary>
    Succeeded,

    /// <summary>Something was prevented, or went wrong.</summary>
    Failed,
}
