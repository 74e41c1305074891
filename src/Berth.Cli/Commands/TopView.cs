using System.Globalization;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary>How instances are ordered and shown.</summary>
internal static class TopView
{
    private static readonly Dictionary<string, Func<InstanceEntry, double>> Figures = new(StringComparer.Ordinal)
    {
        ["calls"] = instance => instance.CallsPerSecond ?? 0,
        ["errors"] = instance => instance.FailuresPerSecond ?? 0,
        ["p50"] = instance => instance.P50Ms ?? 0,
        ["p95"] = instance => instance.P95Ms ?? 0,
        ["leases"] = instance => instance.Leases,
        ["allocated"] = instance => instance.AllocatedBytes ?? 0,
        ["memory"] = instance => instance.Worker?.MemoryBytes ?? 0,
    };

    /// <summary>What can be sorted by: figures from the most on, names and states by the alphabet.</summary>
    public static IReadOnlyList<string> Sorts { get; } = [.. Figures.Keys, "cpu", "name", "state"];

    /// <summary>The columns, short enough for a hundred characters; times are milliseconds. The last two are of a worker.</summary>
    public static IReadOnlyList<string> Head { get; } =
        ["PLUGIN", "VERSION", "STATE", "LEVEL", "LEASES", "CALLS/S", "ERR/S", "P50", "P95", "BREAKER", "ALLOC", "MEMORY", "CPU"];

    /// <summary>A row for each instance; what the host does not know is <c>-</c>.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Rows(IReadOnlyList<InstanceEntry> instances, string sort, ProcessorShares? shares = null) =>
        [.. Sorted(instances, sort, shares).Select(instance => Row(instance, shares))];

    /// <summary>The sample for programs, in the same order.</summary>
    public static JsonOutput Output(IReadOnlyList<InstanceEntry> instances, string sort, ProcessorShares? shares = null) => new TopOutput(DateTimeOffset.UtcNow, [.. Sorted(instances, sort, shares)]);

    private static IEnumerable<InstanceEntry> Sorted(IReadOnlyList<InstanceEntry> instances, string sort, ProcessorShares? shares)
    {
        var byName = instances.OrderBy(instance => instance.Slug, StringComparer.OrdinalIgnoreCase).ThenBy(instance => instance.Version, StringComparer.Ordinal);
        return Figures.TryGetValue(sort, out var figure) ? byName.OrderByDescending(figure)
            : sort == "cpu" ? byName.OrderByDescending(instance => shares?.Of(instance) ?? 0).ThenByDescending(instance => instance.Worker?.CpuSeconds ?? 0)
            : sort == "state" ? byName.OrderBy(instance => instance.State, StringComparer.Ordinal)
            : byName;
    }

    private static IReadOnlyList<string> Row(InstanceEntry instance, ProcessorShares? shares) =>
    [
        instance.Slug, instance.Version, instance.State, instance.Isolation ?? "-", Text(instance.Leases), Text(instance.CallsPerSecond), Text(instance.FailuresPerSecond),
        Text(instance.P50Ms), Text(instance.P95Ms), instance.Breaker?.State ?? "-", Bytes(instance.AllocatedBytes),
        Bytes(instance.Worker?.MemoryBytes), Processor(instance, shares),
    ];

    // Of what runs in the host's own process nobody knows; a first sample has nothing to compare with, and shows all of the worker's time.
    private static string Processor(InstanceEntry instance, ProcessorShares? shares) =>
        shares?.Of(instance) is { } share ? string.Create(CultureInfo.InvariantCulture, $"{share:0} %")
        : instance.Worker is { } worker ? string.Create(CultureInfo.InvariantCulture, $"{worker.CpuSeconds:0.0} s")
        : "-";

    private static string Text(double? figure) => figure?.ToString("0.##", CultureInfo.InvariantCulture) ?? "-";

    /// <summary>A size for people.</summary>
    public static string Bytes(long? bytes) => bytes switch
    {
        null => "-",
        < 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.#} KiB"),
        < 1024L * 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024):0.#} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024 * 1024):0.##} GiB"),
    };

    private sealed record TopOutput(DateTimeOffset At, IReadOnlyList<InstanceEntry> Instances) : JsonOutput;
}
