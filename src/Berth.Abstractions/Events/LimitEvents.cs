namespace Berth.Events;

/// <summary>A call took longer than it may.</summary>
[EventType("berth.limit.call_time_exceeded")]
public sealed record CallTimeExceeded(string Slug, string Version, string Call, double LimitMilliseconds) : BerthEvent;

/// <summary>A start took longer than its budget.</summary>
[EventType("berth.limit.start_time_exceeded")]
public sealed record StartTimeExceeded(string Slug, string Version, double LimitMilliseconds) : BerthEvent;

/// <summary>A call holds a thread of the host past its time and cannot be ended in this process.</summary>
[EventType("berth.limit.thread_held")]
public sealed record ThreadHeld(string Slug, string Version, string Call, double Milliseconds) : BerthEvent;

/// <summary>
/// A version came to a limit of what it may use: memory, managed_memory, processor, processes, open_files, file_size, disk, bandwidth or host_calls; the same
/// one within a minute together.
/// </summary>
[EventType("berth.limit.reached")]
public sealed record LimitReached(string Slug, string Version, string Limit, long Count) : BerthEvent;
