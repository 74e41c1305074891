namespace Berth.Cli.Http;

/// <summary>The instances of a host, for administrators.</summary>
internal static class InstancesApi
{
    private const string Path = "/api/v1/plugins/system";

    /// <summary>All of them.</summary>
    public static Task<InstanceList> InstancesAsync(this ApiConnection host, CancellationToken cancellationToken) =>
        host.GetAsync<InstanceList>($"{Path}/instances", cancellationToken);

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

/// <summary>One of them.</summary>
internal sealed record InstanceEntry(
    string Slug, string Version, string State, string? Reason, string? Isolation, int Leases, int? Replaced, DateTimeOffset? LoadedAt, DateTimeOffset? LastUsedAt,
    DateTimeOffset? RetryAt, long Calls, long Failures, string? LastFailure, IReadOnlyList<string>? LeakRoots, IReadOnlyList<DesiredEntry>? Desired);

/// <summary>What is wanted of an instance.</summary>
internal sealed record DesiredEntry(string State, string Reason, string SetBy, DateTimeOffset SetAt);
