namespace Berth.Cli.Http;

/// <summary>The instances of a host, for administrators.</summary>
internal static class InstancesApi
{
    private const string Path = "/api/v1/plugins/system";

    /// <summary>All versions that were asked for or are wanted, and whether the host runs without plugins.</summary>
    public static Task<InstanceList> InstanceListAsync(this ApiConnection host, CancellationToken cancellationToken) =>
        host.GetAsync<InstanceList>($"{Path}/instances", cancellationToken);

    /// <summary>All versions that were asked for or are wanted, as they are now.</summary>
    public static async Task<IReadOnlyList<InstanceEntry>> InstancesAsync(this ApiConnection host, CancellationToken cancellationToken) =>
        (await host.InstanceListAsync(cancellationToken)).Instances;

    /// <summary>What the host lets a worker use at most.</summary>
    public static async Task<LimitsEntry> HostLimitsAsync(this ApiConnection host, CancellationToken cancellationToken) =>
        (await host.GetAsync<HostLimits>($"{Path}/isolation", cancellationToken)).Limits;

    /// <summary>Does something with one of them.</summary>
    public static Task InstanceAsync(
        this ApiConnection host, HttpMethod method, string slug, string version, string action, object? body, bool isDryRun, CancellationToken cancellationToken) =>
        host.SendAsync(method, $"{Path}/instances/{Uri.EscapeDataString(slug)}/{Uri.EscapeDataString(version)}/{action}{(isDryRun ? "?dry_run=true" : "")}", body, cancellationToken);

    /// <summary>Switches safe mode.</summary>
    public static Task SetSafeModeAsync(this ApiConnection host, bool isOn, bool isDryRun, CancellationToken cancellationToken) =>
        host.SendAsync(HttpMethod.Put, $"{Path}/safe-mode{(isDryRun ? "?dry_run=true" : "")}", new { safe_mode = isOn }, cancellationToken);
}

/// <summary>The instances of a host.</summary>
internal sealed record InstanceList(bool SafeMode, IReadOnlyList<InstanceEntry> Instances);

/// <summary>One instance; a figure that the host does not have is <see langword="null"/>. Rates and times are of the last minute, times in milliseconds.</summary>
internal sealed record InstanceEntry(
    string Slug, string Version, string State, string? Isolation, int Leases, long Calls, long Failures,
    double? CallsPerSecond, double? FailuresPerSecond, double? P50Ms, double? P95Ms, double? P99Ms, BreakerEntry? Breaker, long? AllocatedBytes, string? LastFailure)
{
    /// <summary>Why it is in its state.</summary>
    public string? Reason { get; init; }

    /// <summary>When a version that failed may be tried again.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>Instances before it that still drain.</summary>
    public int? Replaced { get; init; }

    /// <summary>The worker process that runs it.</summary>
    public WorkerEntry? Worker { get; init; }

    /// <summary>What it may use at most.</summary>
    public LimitsEntry? Limits { get; init; }

    /// <summary>What keeps it in memory.</summary>
    public IReadOnlyList<string>? LeakRoots { get; init; }

    /// <summary>What administrators want of it.</summary>
    public IReadOnlyList<DesiredEntry>? Desired { get; init; }
}

/// <summary>Its circuit breaker: <c>closed</c>, <c>open</c> or <c>half_open</c>.</summary>
internal sealed record BreakerEntry(string State);

/// <summary>The worker process of an instance and what it uses.</summary>
internal sealed record WorkerEntry(int ProcessId, long MemoryBytes, long MemoryLimitBytes, double CpuSeconds, long OutOfMemoryKills);

/// <summary>The host's own limits.</summary>
internal sealed record HostLimits(LimitsEntry Limits);

/// <summary>What may be used at most; <see langword="null"/> where nobody holds it to anything.</summary>
internal sealed record LimitsEntry(
    long? MemoryBytes, double? CpuPercent, int? Processes, int? OpenFiles, long? FileSizeBytes, long? DiskBytes, double ExecutionMs, long BandwidthBytes);

/// <summary>What is wanted of an instance.</summary>
internal sealed record DesiredEntry(string State, string Reason, string SetBy, DateTimeOffset SetAt);
