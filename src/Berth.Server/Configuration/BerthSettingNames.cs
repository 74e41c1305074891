namespace Berth.Server.Configuration;

/// <summary>Every setting's name: the same in <c>berth.json</c>, the environment and the arguments.</summary>
public static class BerthSettingNames
{
    /// <summary>Folder of all data.</summary>
    public const string DataDirectory = "BERTH_DATA_DIR";

    /// <summary>Database.</summary>
    public const string Database = "BERTH_DATABASE";

    /// <summary>Package store.</summary>
    public const string Packages = "BERTH_PACKAGES";

    /// <summary>Addresses of the host, separated by <c>;</c>.</summary>
    public const string HostUrls = "BERTH_HOST_URLS";

    /// <summary>Addresses of the registry, separated by <c>;</c>.</summary>
    public const string RegistryUrls = "BERTH_REGISTRY_URLS";

    /// <summary><c>all</c>, <c>host</c> or <c>registry</c>.</summary>
    public const string Role = "BERTH_ROLE";

    /// <summary>An administrator's token.</summary>
    public const string AdminToken = "BERTH_ADMIN_TOKEN";

    /// <summary><c>on</c> or <c>off</c>.</summary>
    public const string RateLimits = "BERTH_RATE_LIMITS";

    /// <summary>Origins of other web pages, separated by <c>,</c>.</summary>
    public const string AllowedOrigins = "BERTH_ALLOWED_ORIGINS";

    /// <summary>What may read <c>/metrics</c> besides an administrator's token.</summary>
    public const string MetricsToken = "BERTH_METRICS_TOKEN";

    /// <summary>How many plugins have series of their own.</summary>
    public const string MetricsPlugins = "BERTH_METRICS_PLUGINS";

    /// <summary>Folder of the shared store.</summary>
    public const string PluginsBaseDirectory = "PLUGINS_BASE_DIR";

    /// <summary>Seconds.</summary>
    public const string CleanupInterval = "CLEANUP_INTERVAL_SECONDS";

    /// <summary>Seconds.</summary>
    public const string ManagerTimeout = "MANAGER_TIMEOUT_SECONDS";

    /// <summary>Days.</summary>
    public const string VersionRetention = "VERSION_RETENTION_DAYS";

    /// <summary>Days; 0 for ever.</summary>
    public const string OperationRetention = "OPERATION_RETENTION_DAYS";

    /// <summary>Days; 0 for ever.</summary>
    public const string EventRetention = "EVENT_RETENTION_DAYS";

    /// <summary>Days; 0 for ever.</summary>
    public const string AuditRetention = "AUDIT_RETENTION_DAYS";

    /// <summary><c>on</c> or <c>off</c>: whether webhooks may go to private addresses and over plain http.</summary>
    public const string WebhookPrivateAddresses = "BERTH_WEBHOOK_PRIVATE_ADDRESSES";

    /// <summary>Days; 0 for ever.</summary>
    public const string WebhookRetention = "WEBHOOK_RETENTION_DAYS";

    /// <summary>Address of GitHub's API, or of a server that speaks like it.</summary>
    public const string GitHubApi = "BERTH_GITHUB_API";

    /// <summary><c>on</c> starts without plugins.</summary>
    public const string SafeMode = "BERTH_SAFE_MODE";

    /// <summary>All names, in the order of the documentation.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        DataDirectory, Database, Packages, HostUrls, RegistryUrls, Role, AdminToken, RateLimits, AllowedOrigins, MetricsToken, MetricsPlugins,
        PluginsBaseDirectory, CleanupInterval, ManagerTimeout, VersionRetention, OperationRetention, EventRetention, AuditRetention, GitHubApi, SafeMode,
        WebhookPrivateAddresses, WebhookRetention,
    ];

    /// <summary>Names with our prefix that other programs read: the command line and the tests.</summary>
    public static IReadOnlySet<string> Foreign { get; } =
        new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "BERTH_SERVER", "BERTH_TOKEN", "BERTH_PROFILE" };
}
