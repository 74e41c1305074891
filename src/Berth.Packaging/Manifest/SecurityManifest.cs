namespace Berth.Packaging.Manifest;

/// <summary>The manifest's <c>security</c> member. What it asks for is a request, never a grant.</summary>
public sealed record SecurityManifest
{
    /// <summary>The trust level the author asks for.</summary>
    public string? TrustLevel { get; init; }

    /// <summary>Declared capabilities, each known to <see cref="Berth.Capabilities"/>.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary>The sandbox the author asks for.</summary>
    public SandboxManifest? Sandbox { get; init; }

    /// <summary>
    /// Hosts that it connects to with <c>network:http-client</c> or <c>network:websocket</c>; empty: any public host at ports 80 and
    /// 443.
    /// </summary>
    public IReadOnlyList<HostPattern> NetworkHosts { get; init; } = [];

    /// <summary>A hint; must match when present. Hexadecimal SHA-256 of the canonical file list.</summary>
    public string? Checksum { get; init; }

    /// <summary>A hint, as written.</summary>
    public string? Signature { get; init; }
}

/// <summary>The manifest's <c>security.sandbox</c> member.</summary>
/// <param name="Enabled">Whether a sandbox is asked for.</param>
/// <param name="IsolationLevel"><c>none</c>, <c>process</c>, <c>sandbox</c>, <c>container</c> or <c>vm</c>.</param>
/// <param name="ResourceLimits">Limits the author asks for.</param>
public sealed record SandboxManifest(bool Enabled, string? IsolationLevel, ResourceLimitsManifest? ResourceLimits);

/// <summary>Limits: bytes, percent of one processor, bytes, bytes a second, milliseconds.</summary>
public sealed record ResourceLimitsManifest(long? MaxMemory, double? MaxCpu, long? MaxFileSize, long? MaxNetworkBandwidth, long? MaxExecutionTime);

/// <summary>The manifest's <c>monitoring</c> member. Times in milliseconds.</summary>
public sealed record MonitoringManifest
{
    /// <summary>Start budget.</summary>
    public int? MaxStartupTime { get; init; }

    /// <summary>Time limit of one request.</summary>
    public int? MaxResponseTime { get; init; }

    /// <summary>Whether metrics are wanted.</summary>
    public bool EnableMetrics { get; init; } = true;

    /// <summary>Whether traces are wanted.</summary>
    public bool EnableTracing { get; init; }

    /// <summary>The circuit breaker; defaults apply when absent.</summary>
    public CircuitBreakerManifest? CircuitBreaker { get; init; }
}

/// <summary>The manifest's <c>monitoring.circuitBreaker</c> member.</summary>
public sealed record CircuitBreakerManifest(bool Enabled, int FailureThreshold, int RecoveryTimeout, int HalfOpenMaxCalls);
