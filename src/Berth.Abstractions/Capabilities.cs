namespace Berth;

/// <summary>The named permissions a plugin may declare in <c>security.capabilities</c>.</summary>
public static class Capabilities
{
    /// <summary>Outgoing HTTP requests through an injected <see cref="HttpClient"/>.</summary>
    public const string HttpClient = "network:http-client";

    /// <summary>Outgoing WebSockets, whose handshake an injected <see cref="HttpClient"/> makes.</summary>
    public const string WebSocket = "network:websocket";

    /// <summary>Sealing and signing with keys of the installation, through <see cref="IPluginCrypto"/>.</summary>
    public const string CryptoOperations = "security:crypto-operations";

    /// <summary>Reading the calling user's rows of the audit, through <see cref="IPluginAudit"/>.</summary>
    public const string AuditRead = "security:audit-read";

    /// <summary>Reading files of the machine, through <see cref="IPluginFiles"/>.</summary>
    public const string ReadData = "filesystem:read-data";

    /// <summary>Writing and deleting files of the machine, through <see cref="IPluginFiles"/>.</summary>
    public const string WriteData = "filesystem:write-data";

    /// <summary>Running other programs, through <see cref="IPluginProcesses"/>.</summary>
    public const string SpawnChild = "process:spawn-child";

    /// <summary>All capabilities, by name, with their risk. The order is that of the documentation.</summary>
    public static IReadOnlyList<Capability> All { get; } =
    [
        new(HttpClient, CapabilityRisk.Medium, "Outgoing HTTP requests"),
        new(WebSocket, CapabilityRisk.Medium, "Outgoing WebSocket connections"),
        new("network:tcp-server", CapabilityRisk.High, "Listening on a TCP port"),
        new("network:raw-socket", CapabilityRisk.Critical, "Sockets of any kind"),
        new("filesystem:read-config", CapabilityRisk.Low, "Reading the plugin's own configuration files"),
        new(ReadData, CapabilityRisk.Medium, "Reading the application's data files"),
        new("filesystem:write-temp", CapabilityRisk.Low, "Writing temporary files"),
        new(WriteData, CapabilityRisk.High, "Writing the application's data files"),
        new(SpawnChild, CapabilityRisk.Critical, "Starting other programs"),
        new("process:access-env", CapabilityRisk.High, "Reading environment variables"),
        new("process:signal-handling", CapabilityRisk.High, "Handling process signals"),
        new("database:read-only", CapabilityRisk.Medium, "Reading the application's database"),
        new("database:read-write", CapabilityRisk.High, "Writing the application's database"),
        new("database:admin", CapabilityRisk.Critical, "Changing the application's database schema"),
        new("api:internal-calls", CapabilityRisk.Medium, "Calling the application's own API"),
        new("api:external-api", CapabilityRisk.Medium, "Calling named external APIs"),
        new("api:user-data", CapabilityRisk.High, "Reading the user's data in the application"),
        new("api:system-admin", CapabilityRisk.Critical, "Administrating the application"),
        new(CryptoOperations, CapabilityRisk.Low, "Keys and signatures"),
        new("security:user-auth", CapabilityRisk.Critical, "Signing users in"),
        new("security:token-management", CapabilityRisk.Critical, "Issuing and revoking tokens"),
        new(AuditRead, CapabilityRisk.High, "Reading the audit log"),
    ];

    /// <summary>Whether <paramref name="name"/> is one of <see cref="All"/> (ordinal).</summary>
    public static bool IsKnown(string name) => All.Any(capability => string.Equals(capability.Name, name, StringComparison.Ordinal));
}

/// <summary>One named permission.</summary>
/// <param name="Name">Category and name, for example <c>network:http-client</c>.</param>
/// <param name="Risk">How much harm its abuse can do.</param>
/// <param name="Description">What it permits, in a few words.</param>
public sealed record Capability(string Name, CapabilityRisk Risk, string Description);

/// <summary>How much harm the abuse of a capability can do.</summary>
public enum CapabilityRisk
{
    /// <summary>Little harm.</summary>
    Low,

    /// <summary>Harm to the user who granted it.</summary>
    Medium,

    /// <summary>Harm to other users or to data.</summary>
    High,

    /// <summary>Harm to the whole system.</summary>
    Critical,
}
