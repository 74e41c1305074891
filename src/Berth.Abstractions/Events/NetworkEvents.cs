namespace Berth.Events;

/// <summary>A plugin's code opened a connection: to what was asked for, and the address that it led to.</summary>
[EventType("berth.network.connection_opened", Audit = AuditOutcome.Succeeded)]
public sealed record NetworkConnectionOpened(string Slug, string Version, string Host, int Port, string Address) : BerthEvent;

/// <summary>A connection of a plugin's code ended.</summary>
[EventType("berth.network.connection_closed")]
public sealed record NetworkConnectionClosed(
    string Slug, string Version, string Host, int Port, string Address, long BytesSent, long BytesReceived, double Milliseconds, string Reason) : BerthEvent;

/// <summary>A connection that a plugin's code asked for was refused, or could not be made; the same ones within a minute together.</summary>
[EventType("berth.network.connection_refused", Audit = AuditOutcome.Failed)]
public sealed record NetworkConnectionRefused(string Slug, string Version, string Host, int Port, string Code, string Reason, int Count) : BerthEvent;
