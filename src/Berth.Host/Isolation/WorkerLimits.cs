using Berth.Packaging.Manifest;

namespace Berth.Host.Isolation;

/// <summary>
/// The limits of one worker; the least of manifest, trust policy and administrator. In the host's own process the time of a request and
/// the bandwidth are limits, and nothing else.
/// </summary>
public sealed record WorkerLimits
{
    /// <summary>Managed and native memory together, bytes.</summary>
    public long MemoryBytes { get; init; } = 256L << 20;

    /// <summary>Share of one processor, 1 = one whole; above 1: several.</summary>
    public double ProcessorShare { get; init; } = 1;

    /// <summary>Threads and processes.</summary>
    public int Processes { get; init; } = 128;

    /// <summary>Open files.</summary>
    public int OpenFiles { get; init; } = 1024;

    /// <summary>Bytes of one file; never more than <see cref="TemporaryBytes"/>.</summary>
    public long FileBytes { get; init; } = 64L << 20;

    /// <summary>Bytes in the temporary folder, all files together.</summary>
    public long TemporaryBytes { get; init; } = 64L << 20;

    /// <summary>Longest time of one request.</summary>
    public TimeSpan RequestTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes a second to and from the network, each direction.</summary>
    public long NetworkBytesPerSecond { get; init; } = 10L << 20;

    /// <summary>The least of what the administrator allows, the trust policy's rule and the manifest's own wish. A wish makes a limit smaller and never larger.</summary>
    /// <param name="manifest">The version's manifest.</param>
    /// <param name="rule">The trust policy's, if there is one.</param>
    /// <param name="options">The administrator's.</param>
    public static WorkerLimits Of(PluginManifest manifest, PlacementRule? rule, HostOptions options)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(options);
        var most = options.WorkerLimits;
        var wish = manifest.Security.Sandbox?.ResourceLimits;
        var temporary = Least(most.TemporaryBytes, rule?.TemporaryBytes);
        return most with
        {
            MemoryBytes = Math.Max(LeastMemoryBytes, Least(most.MemoryBytes, rule?.MemoryBytes, wish?.MaxMemory)),
            ProcessorShare = Least(most.ProcessorShare, rule?.ProcessorShare, wish?.MaxCpu / 100),
            Processes = Math.Max(LeastProcesses, Least(most.Processes, rule?.Processes)),
            OpenFiles = Math.Max(LeastOpenFiles, Least(most.OpenFiles, rule?.OpenFiles)),
            FileBytes = Least(temporary, most.FileBytes, rule?.FileBytes, wish?.MaxFileSize),
            TemporaryBytes = temporary,
            NetworkBytesPerSecond = Least(most.NetworkBytesPerSecond, rule?.NetworkBytesPerSecond, wish?.MaxNetworkBandwidth),
            RequestTime = Least(
                options.RequestTimeLimit, rule?.RequestTime, Milliseconds(wish?.MaxExecutionTime), Milliseconds(manifest.Monitoring.MaxResponseTime)),
        };
    }

    // A runtime that serves anything at all needs as much.
    private const long LeastMemoryBytes = 64L << 20;
    private const int LeastProcesses = 32;
    private const int LeastOpenFiles = 128;

    private static T Least<T>(T most, params ReadOnlySpan<T?> others)
        where T : struct, IComparable<T>
    {
        foreach (var other in others)
        {
            if (other is { } smaller && smaller.CompareTo(most) < 0)
                most = smaller;
        }

        return most;
    }

    private static TimeSpan? Milliseconds(long? number) => number is { } given ? TimeSpan.FromMilliseconds(given) : null;
}
