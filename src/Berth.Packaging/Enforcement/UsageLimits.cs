namespace Berth.Packaging.Enforcement;

/// <summary>
/// What code may use at most, as a trust policy or an administrator's rule says it: in a registry, on the wire and on a host the same
/// members. <see langword="null"/> leaves what else holds; of all that say something the least wins.
/// </summary>
public sealed record UsageLimits
{
    private const int MostMegabytes = 1 << 20;

    /// <summary>The members as they are written, in their order.</summary>
    public static IReadOnlyList<string> Names => [.. Bounds.Select(bound => bound.Name)];

    /// <summary>Memory of a worker.</summary>
    public int? MemoryMegabytes { get; init; }

    /// <summary>Of one processor; more than 100: of several.</summary>
    public int? CpuPercent { get; init; }

    /// <summary>Threads and processes.</summary>
    public int? Processes { get; init; }

    /// <summary>Open files.</summary>
    public int? OpenFiles { get; init; }

    /// <summary>One file.</summary>
    public int? FileSizeMegabytes { get; init; }

    /// <summary>All temporary files together.</summary>
    public int? DiskMegabytes { get; init; }

    /// <summary>Longest request.</summary>
    public int? ExecutionSeconds { get; init; }

    /// <summary>A second, in each direction.</summary>
    public int? BandwidthKilobytes { get; init; }

    // Below the least of each, not even a runtime without a plugin starts, or nothing that it does is of use.
    private static IReadOnlyList<Bound> Bounds { get; } =
    [
        new("memory_megabytes", 64, MostMegabytes, limits => limits.MemoryMegabytes),
        new("cpu_percent", 1, 100_000, limits => limits.CpuPercent),
        new("processes", 32, 100_000, limits => limits.Processes),
        new("open_files", 128, 1_000_000, limits => limits.OpenFiles),
        new("file_size_megabytes", 1, MostMegabytes, limits => limits.FileSizeMegabytes),
        new("disk_megabytes", 1, MostMegabytes, limits => limits.DiskMegabytes),
        new("execution_seconds", 1, 86_400, limits => limits.ExecutionSeconds),
        new("bandwidth_kilobytes", 1, MostMegabytes, limits => limits.BandwidthKilobytes),
    ];

    /// <summary>What of it cannot be, each in a sentence.</summary>
    public IReadOnlyList<string> Faults() =>
    [
        .. Bounds.Where(bound => bound.Of(this) is { } value && (value < bound.Least || value > bound.Most))
            .Select(bound => $"limits.{bound.Name}: a whole number from {bound.Least} to {bound.Most}, or null for none."),
    ];

    private sealed record Bound(string Name, int Least, int Most, Func<UsageLimits, int?> Of);
}
