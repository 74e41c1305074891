using Berth.Events;
using Berth.Host.Events;

namespace Berth.Host.Isolation.Limits;

/// <summary>Tells of limits that versions came to: each at once, the same one within a minute by its number.</summary>
internal sealed class LimitTrail(IHostEvents events, TimeProvider time)
{
    public const string Memory = "memory";
    public const string Processor = "processor";
    public const string Processes = "processes";
    public const string Disk = "disk";
    public const string Bandwidth = "bandwidth";
    public const string HostCalls = "host_calls";

    private readonly MinuteTrail<(PluginVersionId Id, string Limit)> _trail = new(
        (key, count) => events.Raise(new LimitReached(key.Id.Slug, key.Id.Version, key.Limit, count), key.Id), time);

    /// <summary>What only code in the worker itself sees.</summary>
    public static IReadOnlySet<string> ToldByWorkers { get; } = new HashSet<string>(StringComparer.Ordinal) { "managed_memory", "open_files", "file_size", Disk };

    /// <summary>A version came to a limit.</summary>
    public void Note(PluginVersionId id, string limit, long count = 1) => _trail.Note((id, limit), count);

    /// <summary>Tells what has gathered for a minute.</summary>
    public void Flush() => _trail.Flush();
}
