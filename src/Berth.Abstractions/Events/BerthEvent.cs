namespace Berth.Events;

/// <summary>
/// Something that happened, as its event's <c>data</c> tells it: one record for each type of the catalogue, names in snake
/// case on the wire. Never holds a secret, a setting's value or a document.
/// </summary>
public abstract record BerthEvent;
