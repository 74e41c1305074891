namespace Berth.Events;

/// <summary>The CloudEvents type of an event's record.</summary>
/// <param name="type">Reversed and dotted, for example <c>berth.installation.installed</c>; it never changes its meaning.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class EventTypeAttribute(string type) : Attribute
{
    /// <summary>The type.</summary>
    public string Type => type;
}
