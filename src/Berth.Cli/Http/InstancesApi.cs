namespace Berth.Cli.Http;

/// <summary>The instances of a host, for administrators.</summary>
internal static class InstancesApi
{
    /// <summary>All versions that were asked for, as they are now.</summary>
    public static async Task<IReadOnlyList<InstanceEntry>> InstancesAsync(this ApiConnection host, CancellationToken cancellationToken) =>
        (await host.GetAsync<InstanceList>("/api/v1/plugins/system/instances", cancellationToken)).Instances;

    private sealed record InstanceList(IReadOnlyList<InstanceEntry> Instances);
}

/// <summary>One instance; a figure that the host does not have is <see langword="null"/>. Rates and times are of the last minute, times in milliseconds.</summary>
internal sealed record InstanceEntry(
    string Slug, string Version, string State, string? Isolation, int Leases, long Calls, long Failures,
    double? CallsPerSecond, double? FailuresPerSecond, double? P50Ms, double? P95Ms, double? P99Ms, BreakerEntry? Breaker, long? AllocatedBytes, string? LastFailure);

/// <summary>Its circuit breaker: <c>closed</c>, <c>open</c> or <c>half_open</c>.</summary>
internal sealed record BreakerEntry(string State);
