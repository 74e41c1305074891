namespace Berth.Server.Configuration;

/// <summary>What a Berth server runs with. Names and defaults are listed in <see cref="BerthSettingNames"/>.</summary>
public sealed record BerthSettings
{
    /// <summary>The folder everything is kept in.</summary>
    public string DataDirectory { get; init; } = "./data";

    /// <summary><c>sqlite</c>, or a PostgreSQL connection string.</summary>
    public string Database { get; init; } = "sqlite";

    /// <summary><c>file</c>, or an object store.</summary>
    public string Packages { get; init; } = "file";

    /// <summary>Addresses of the host.</summary>
    public IReadOnlyList<string> HostUrls { get; init; } = ["http://localhost:4001"];

    /// <summary>Addresses of the registry: listened on in the roles <c>all</c> and <c>registry</c>, called in the role <c>host</c>.</summary>
    public IReadOnlyList<string> RegistryUrls { get; init; } = ["http://localhost:6001"];

    /// <summary>Which parts run in this process.</summary>
    public BerthRole Role { get; init; } = BerthRole.All;

    /// <summary>An administrator's token for automation, if one is set.</summary>
    public string? AdminToken { get; init; }

    /// <summary>Whether rate limits are asked for. Not enforced yet; the start says so.</summary>
    public bool RateLimits { get; init; } = true;

    /// <summary>Origins of other web pages that may call <c>/api</c> and <c>/p</c> from a browser; none by default.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>The token of whoever collects metrics: good for <c>/metrics</c> and nothing else.</summary>
    public string? MetricsToken { get; init; }

    /// <summary>How many plugins have series of their own in the metrics; the rest share one.</summary>
    public int MetricsPlugins { get; init; } = 200;

    /// <summary>The folder of the shared store; <c>{data}/plugins</c> when not set.</summary>
    public string? PluginsBaseDirectory { get; init; }

    /// <summary>How often the cleanup runs.</summary>
    public TimeSpan CleanupInterval { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>How long an instance without a lease stays loaded.</summary>
    public TimeSpan ManagerTimeout { get; init; } = TimeSpan.FromSeconds(1800);

    /// <summary>How long an unreferenced version stays in the store.</summary>
    public TimeSpan VersionRetention { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How long ended operations stay in the journal; <see langword="null"/> means for ever.</summary>
    public TimeSpan? OperationRetention { get; init; } = TimeSpan.FromDays(90);

    /// <summary>How long events are kept; <see langword="null"/> means for ever.</summary>
    public TimeSpan? EventRetention { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How long the audit is kept; <see langword="null"/>, the default, means for ever.</summary>
    public TimeSpan? AuditRetention { get; init; }

    /// <summary>Whether webhooks may go to addresses of private networks and over plain http; not by default.</summary>
    public bool WebhookPrivateAddresses { get; init; }

    /// <summary>How long the log of webhooks' deliveries is kept; <see langword="null"/> means for ever.</summary>
    public TimeSpan? WebhookRetention { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Address of the API that installs from GitHub releases ask.</summary>
    public Uri GitHubApi { get; init; } = GitHub.GitHubOptions.PublicApi;

    /// <summary>Whether the host starts without plugins, until an administrator ends safe mode.</summary>
    public bool SafeMode { get; init; }

    /// <summary>Where each setting came from, by name, for what is not the default; <see langword="null"/> when the application set them.</summary>
    public IReadOnlyDictionary<string, SettingSource>? Sources { get; init; }

    /// <summary>The folder of the shared store, absolute.</summary>
    public string PluginsDirectory => Path.GetFullPath(PluginsBaseDirectory ?? Path.Combine(DataDirectory, "plugins"));
}

/// <summary>Which parts run in a process.</summary>
public enum BerthRole
{
    /// <summary>Host and registry.</summary>
    All,

    /// <summary>The host; the registry is another process.</summary>
    Host,

    /// <summary>The registry.</summary>
    Registry,
}
