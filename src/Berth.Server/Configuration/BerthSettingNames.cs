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

    /// <summary>Rule of uploads: <c>5/60</c>, <c>5/60/2</c> or <c>unlimited</c>.</summary>
    public const string RateLimitUpload = "BERTH_RATE_LIMIT_UPLOAD";

    /// <summary>Rule of downloads.</summary>
    public const string RateLimitDownload = "BERTH_RATE_LIMIT_DOWNLOAD";

    /// <summary>Rule of everything else.</summary>
    public const string RateLimitApi = "BERTH_RATE_LIMIT_API";

    /// <summary>Rule of searches.</summary>
    public const string RateLimitSearch = "BERTH_RATE_LIMIT_SEARCH";

    /// <summary>Rule of what only administrators do.</summary>
    public const string RateLimitAdmin = "BERTH_RATE_LIMIT_ADMIN";

    /// <summary>Addresses and networks of reverse proxies, separated by <c>,</c>.</summary>
    public const string TrustedProxies = "BERTH_TRUSTED_PROXIES";

    /// <summary>Bytes; 0 for no quota.</summary>
    public const string QuotaBytes = "BERTH_QUOTA_BYTES";

    /// <summary>Versions; 0 for no quota.</summary>
    public const string QuotaVersions = "BERTH_QUOTA_VERSIONS";

    /// <summary>Minutes; 0 for ever.</summary>
    public const string RecentSignIn = "BERTH_RECENT_SIGN_IN_MINUTES";

    /// <summary>Connections at once, of each application.</summary>
    public const string MaxConnections = "BERTH_MAX_CONNECTIONS";

    /// <summary>Seconds.</summary>
    public const string HeaderTimeout = "BERTH_HEADER_TIMEOUT_SECONDS";

    /// <summary>Seconds.</summary>
    public const string KeepAlive = "BERTH_KEEP_ALIVE_SECONDS";

    /// <summary>Bytes in a second; 0 for none.</summary>
    public const string MinDataRate = "BERTH_MIN_DATA_RATE";

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

    /// <summary>Seconds; 0 for never.</summary>
    public const string AutoUpdate = "BERTH_AUTO_UPDATE_SECONDS";

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

    /// <summary><c>on</c> or <c>off</c>: whether the host takes optimised front-end files.</summary>
    public const string Variants = "BERTH_VARIANTS";

    /// <summary>Codings of the store that need a library of the system, separated by <c>,</c>; <c>none</c> for none.</summary>
    public const string StoreCodings = "BERTH_STORE_CODINGS";

    /// <summary><c>on</c> or <c>off</c>: whether served texts are compressed again in the background.</summary>
    public const string Recompression = "BERTH_RECOMPRESSION";

    /// <summary>Path of the Node that runs plugins of the isolation level <c>vm</c>.</summary>
    public const string Node = "BERTH_NODE";

    /// <summary>Isolation levels by trust level: <c>community=sandbox,untrusted=container</c>.</summary>
    public const string Isolation = "BERTH_ISOLATION";

    /// <summary>What one worker may use: <c>memory=256M,processors=1</c>.</summary>
    public const string WorkerLimits = "BERTH_WORKER_LIMITS";

    /// <summary>User ids of workers: <c>61184-61999</c>.</summary>
    public const string WorkerUsers = "BERTH_WORKER_USERS";

    /// <summary><c>runc</c> or <c>podman</c>.</summary>
    public const string ContainerEngine = "BERTH_CONTAINER_ENGINE";

    /// <summary>Longest time of one request to a plugin, seconds.</summary>
    public const string RequestSeconds = "BERTH_REQUEST_SECONDS";

    /// <summary>Longest time of an answer that has begun, seconds; 0: as long as it moves.</summary>
    public const string AnswerSeconds = "BERTH_ANSWER_SECONDS";

    /// <summary>How many workers are started ahead.</summary>
    public const string WorkerSpares = "BERTH_WORKER_SPARES";

    /// <summary><c>memory</c>, <c>database</c> or <c>auto</c>: what answers searches of the catalogue.</summary>
    public const string SearchEngine = "BERTH_SEARCH_ENGINE";

    /// <summary>Path of esbuild's native binary.</summary>
    public const string Esbuild = "BERTH_ESBUILD";

    /// <summary>Issuers of continuous integration's identity tokens, each with its keys, separated by <c>;</c>.</summary>
    public const string OidcIssuers = "BERTH_OIDC_ISSUERS";

    /// <summary>A file with the registry's keys as a JWK set.</summary>
    public const string TrustedKeys = "BERTH_TRUSTED_KEYS";

    /// <summary>Trust levels whose packages must be signed, separated by <c>,</c>.</summary>
    public const string SignedLevels = "BERTH_REQUIRE_SIGNATURES";

    /// <summary>Trust levels whose code may use in the host's process what it does not declare, separated by <c>,</c>; or <c>none</c>.</summary>
    public const string UndeclaredUse = "BERTH_UNDECLARED_USE";

    /// <summary><c>required</c> or <c>optional</c>: whether who registers a key must prove to have its private part.</summary>
    public const string KeyProof = "BERTH_KEY_PROOF";

    /// <summary>Address of the registry behind this one.</summary>
    public const string Upstream = "BERTH_UPSTREAM";

    /// <summary>A token of that registry.</summary>
    public const string UpstreamToken = "BERTH_UPSTREAM_TOKEN";

    /// <summary>Beginnings of slugs that are never asked for there, separated by <c>,</c>.</summary>
    public const string UpstreamLocal = "BERTH_UPSTREAM_LOCAL";

    /// <summary>Seconds.</summary>
    public const string UpstreamLifetime = "BERTH_UPSTREAM_SECONDS";

    /// <summary>Rules about where plugins connect to, separated by <c>;</c>.</summary>
    public const string PluginNetwork = "BERTH_PLUGIN_NETWORK";

    /// <summary>Folders of the machine that plugins may be given, <c>name=/absolute/path[:rw]</c>, separated by <c>,</c>.</summary>
    public const string PluginFolders = "BERTH_PLUGIN_FOLDERS";

    /// <summary>Programs of the machine that plugins may be given, <c>name=/absolute/path</c>, separated by <c>,</c>.</summary>
    public const string PluginPrograms = "BERTH_PLUGIN_PROGRAMS";

    /// <summary>All names, in the order of the documentation.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        DataDirectory, Database, Packages, HostUrls, RegistryUrls, Role, AdminToken, RateLimits, AllowedOrigins, MetricsToken, MetricsPlugins,
        PluginsBaseDirectory, CleanupInterval, ManagerTimeout, VersionRetention, OperationRetention, EventRetention, AuditRetention, GitHubApi, SafeMode,
        WebhookPrivateAddresses, WebhookRetention,
        AutoUpdate,
        RateLimitUpload, RateLimitDownload, RateLimitApi, RateLimitSearch, RateLimitAdmin, TrustedProxies, QuotaBytes, QuotaVersions,
        RecentSignIn, MaxConnections, HeaderTimeout, KeepAlive, MinDataRate,
        Variants, StoreCodings, Recompression, SearchEngine, Esbuild, Node, WorkerSpares,
        OidcIssuers,
        TrustedKeys, SignedLevels, UndeclaredUse, KeyProof,
        Upstream, UpstreamToken, UpstreamLocal, UpstreamLifetime,
        PluginNetwork, PluginFolders, PluginPrograms,
        Isolation, WorkerLimits, WorkerUsers, ContainerEngine, RequestSeconds, AnswerSeconds,
    ];

    /// <summary>Names with our prefix that other programs read: the command line and the tests.</summary>
    public static IReadOnlySet<string> Foreign { get; } =
        new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "BERTH_SERVER", "BERTH_TOKEN", "BERTH_PROFILE" };
}
