using Berth.Packaging.Enforcement;

namespace Berth.Host.Isolation;

/// <summary>Where versions of a trust level may run at most, and with what. Whoever knows the registry's policies answers; without one the host's options alone decide.</summary>
public interface IPlacementRules
{
    /// <summary>Grows when an answer may have changed: what runs is looked at again.</summary>
    int Generation { get; }

    /// <summary>The rule for a version; <see langword="null"/> when there is none.</summary>
    /// <param name="slug">The plugin.</param>
    /// <param name="trustLevel">The level its version was installed with.</param>
    PlacementRule? Of(string slug, string trustLevel);
}

/// <summary>One rule.</summary>
/// <param name="Isolation">The weakest level; the host's own options may say a stronger one, and never a weaker one.</param>
/// <param name="MemoryBytes">Most memory.</param>
/// <param name="ProcessorShare">Most of one processor, 1 = one whole.</param>
/// <param name="RequestTime">Longest request.</param>
public sealed record PlacementRule(string Isolation, long? MemoryBytes, double? ProcessorShare, TimeSpan? RequestTime)
{
    /// <summary>Most threads and processes.</summary>
    public int? Processes { get; init; }

    /// <summary>Most open files.</summary>
    public int? OpenFiles { get; init; }

    /// <summary>Most bytes of one file.</summary>
    public long? FileBytes { get; init; }

    /// <summary>Most bytes of all temporary files together.</summary>
    public long? TemporaryBytes { get; init; }

    /// <summary>Most bytes a second to and from the network, each direction.</summary>
    public long? NetworkBytesPerSecond { get; init; }

    /// <summary>The rule that a policy or an administrator writes down as a level and limits.</summary>
    public static PlacementRule Of(string isolation, UsageLimits? limits)
    {
        limits ??= new UsageLimits();
        return new PlacementRule(
            isolation, Bytes(limits.MemoryMegabytes, 20), limits.CpuPercent / 100d, limits.ExecutionSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null)
        {
            Processes = limits.Processes,
            OpenFiles = limits.OpenFiles,
            FileBytes = Bytes(limits.FileSizeMegabytes, 20),
            TemporaryBytes = Bytes(limits.DiskMegabytes, 20),
            NetworkBytesPerSecond = Bytes(limits.BandwidthKilobytes, 10),
        };
    }

    /// <summary>The rule that is as strict as both: the stronger level, the smaller of each limit.</summary>
    public static PlacementRule Stricter(PlacementRule one, PlacementRule other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        return new PlacementRule(
            IsolationLevels.Strength(one.Isolation) >= IsolationLevels.Strength(other.Isolation) ? one.Isolation : other.Isolation,
            Least(one.MemoryBytes, other.MemoryBytes), Least(one.ProcessorShare, other.ProcessorShare), Least(one.RequestTime, other.RequestTime))
        {
            Processes = Least(one.Processes, other.Processes),
            OpenFiles = Least(one.OpenFiles, other.OpenFiles),
            FileBytes = Least(one.FileBytes, other.FileBytes),
            TemporaryBytes = Least(one.TemporaryBytes, other.TemporaryBytes),
            NetworkBytesPerSecond = Least(one.NetworkBytesPerSecond, other.NetworkBytesPerSecond),
        };
    }

    private static long? Bytes(int? number, int shift) => number is { } given ? (long)given << shift : null;

    private static T? Least<T>(T? one, T? other)
        where T : struct, IComparable<T> => one is not { } first || other is not { } second ? one ?? other : first.CompareTo(second) <= 0 ? first : second;
}

/// <summary>A host that knows no registry's policies.</summary>
internal sealed class NoPlacementRules : IPlacementRules
{
    public int Generation => 0;

    public PlacementRule? Of(string slug, string trustLevel) => null;
}
