using Berth.Host.Isolation.Network;
using Berth.Host.Offers;
using Berth.Lifecycle.Store.Codings;
using Berth.Packaging.Signing;
using Berth.Registry.Publishing;
using Berth.Registry.Search;
using Berth.Server.RateLimiting;

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

    /// <summary>Whether requests are counted against limits.</summary>
    public bool RateLimits { get; init; } = true;

    /// <summary>The limits.</summary>
    public RateLimitSettings RateLimitRules { get; init; } = new();

    /// <summary>Bounds of connections and requests, and who may speak for others.</summary>
    public WebSettings Web { get; init; } = new();

    /// <summary>What a publisher may store.</summary>
    public PublisherQuotas Quotas { get; init; } = PublisherQuotas.None;

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

    /// <summary>How often the host looks for newer versions of installations that are updated by themselves; zero for never.</summary>
    public TimeSpan AutoUpdateInterval { get; init; } = TimeSpan.FromHours(1);

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

    /// <summary>Whether the host takes the optimised front-end files of plugins whose author allows it; not by default.</summary>
    public bool Variants { get; init; }

    /// <summary>Which codings that need a library of the system the store uses; both by default.</summary>
    public IReadOnlySet<string> StoreCodings { get; init; } = StoreCoding.All;

    /// <summary>Whether served texts are compressed again in the background, as small as they get.</summary>
    public bool Recompression { get; init; } = true;

    /// <summary>Path of the Node that runs plugins of the isolation level <c>vm</c>; the first one in PATH when not set.</summary>
    public string? Node { get; init; }

    /// <summary>How far away from the host plugins run, and what they may use there.</summary>
    public IsolationSettings Isolation { get; init; } = new();

    /// <summary>How many workers of the isolation level <c>process</c> are started ahead, once one runs; 0 for none.</summary>
    public int WorkerSpares { get; init; } = 1;

    /// <summary>What answers searches of the catalogue.</summary>
    public SearchEngineChoice SearchEngine { get; init; } = SearchEngineChoice.Auto;

    /// <summary>Path of esbuild's native binary; looked for beside the server when not set.</summary>
    public string? Esbuild { get; init; }

    /// <summary>Issuers of continuous integration's identity tokens that are trusted; none by default.</summary>
    public IReadOnlyList<OidcIssuer> OidcIssuers { get; init; } = [];

    /// <summary>The file of <see cref="RegistryKeys"/>.</summary>
    public string? TrustedKeysFile { get; init; }

    /// <summary>The registry's keys that this host believes; when not set, those it sees first.</summary>
    public IReadOnlyList<VerificationKey>? RegistryKeys { get; init; }

    /// <summary>Trust levels whose packages must be signed by their author; none by default.</summary>
    public IReadOnlyList<string> SignedLevels { get; init; } = [];

    /// <summary>Trust levels whose code may use in the host's own process what its manifest does not declare.</summary>
    public IReadOnlyList<string> UndeclaredUseLevels { get; init; } = ["internal"];

    /// <summary>Whether who registers a key must prove to have its private part; not by default. A proof that is sent is checked in any case.</summary>
    public bool RequiresKeyProof { get; init; }

    /// <summary>Address of the registry that is asked for plugins that are not published here.</summary>
    public Uri? Upstream { get; init; }

    /// <summary>A token of that registry.</summary>
    public string? UpstreamToken { get; init; }

    /// <summary>Beginnings of slugs that are never asked for there.</summary>
    public IReadOnlyList<string> UpstreamLocal { get; init; } = [];

    /// <summary>How long its answers are believed.</summary>
    public TimeSpan UpstreamLifetime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Rules about where plugins connect to; none by default: what their manifests name of the public internet.</summary>
    public IReadOnlyList<NetworkRule> PluginNetwork { get; init; } = [];

    /// <summary>Folders of the machine that plugins may be given; none by default.</summary>
    public IReadOnlyList<OfferedFolder> PluginFolders { get; init; } = [];

    /// <summary>Programs of the machine that plugins may be given; none by default.</summary>
    public IReadOnlyList<OfferedProgram> PluginPrograms { get; init; } = [];

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
