namespace Berth.Events;

/// <summary>The CloudEvents type of an event's record.</summary>
/// <param name="type">Reversed and dotted, for example <c>berth.installation.installed</c>; it never changes its meaning.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class EventTypeAttribute(string type) : Attribute
{
    /// <summary>The type.</summary>
    public string Type => type;

    /// <summary>
    /// With which outcome the event goes into the audit. Whatever is in there is part of the record of security
    /// (<see cref="IsProtected"/>), and nothing is part of it without saying how it ended.
    /// </summary>
    public AuditOutcome Audit { get; init; }

    /// <summary>
    /// Whether the event is part of the record of security: it is never dropped, however many there are and however slow a
    /// reader is.
    /// </summary>
    public bool IsProtected => Audit != AuditOutcome.None;

    /// <summary>Whether a member can name a user, so that no plugin may see the event, not even the one that it is about.</summary>
    public bool NamesUsers { get; init; }
}
