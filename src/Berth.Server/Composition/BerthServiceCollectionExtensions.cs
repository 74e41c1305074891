using Berth.Data.Blobs;
using Berth.Data.Sessions;
using Berth.Host;
using Berth.Host.Observability;
using Berth.Lifecycle;
using Berth.Lifecycle.Audit;
using Berth.Lifecycle.Store;
using Berth.Lifecycle.Trust;
using Berth.Registry;
using Berth.Registry.Keys;
using Berth.Registry.Mirroring.Upstream;
using Berth.Registry.Optimization.Tools;
using Berth.Registry.Publishers;
using Berth.Registry.Search;
using Berth.Registry.Versions;
using Berth.Server.Apis;
using Berth.Server.Auth;
using Berth.Server.Auth.Integration;
using Berth.Server.Composition;
using Berth.Server.Configuration;
using Berth.Server.Events;
using Berth.Server.Files;
using Berth.Server.GitHub;
using Berth.Server.Idempotency;
using Berth.Server.Observability;
using Berth.Server.Publishers;
using Berth.Server.RateLimiting;
using Berth.Server.Webhooks;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Berth.Server;

/// <summary>Adds Berth to an ASP.NET Core application.</summary>
public static class BerthServiceCollectionExtensions
{
    /// <summary>Adds the host, the registry and all that they need. Map their routes with <c>MapBerth()</c> and <c>MapBerthRegistry()</c>.</summary>
    public static IServiceCollection AddBerth(this IServiceCollection services, Action<BerthOptions>? configure = null)
    {
        var options = new BerthOptions();
        configure?.Invoke(options);
        services.AddBerthCore(options);
        services.AddBerthRegistryPart(options.Settings);
        services.AddBerthHostPart(options.Settings);
        services.AddSingleton<IPackageSource, RegistryPackageSource>();
        services.AddSingleton<ITrustSource, RegistryTrustSource>();
        return services;
    }

    internal static void AddBerthCore(this IServiceCollection services, BerthOptions options)
    {
        var settings = options.Settings;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(settings);
        services.AddSingleton(options.PackageLimits);
        services.TryAddSingleton<BerthAddresses>();
        // Opening is asynchronous and a container's factories are not; this runs once, while the application starts.
        services.AddSingleton<CommitSignal>();
        services.AddSingleton<IDatabase>(provider => new SignallingDatabase(
            Databases.OpenAsync(settings.Database, settings.DataDirectory).GetAwaiter().GetResult(), provider.GetRequiredService<CommitSignal>()));
        services.AddSingleton<FileCache>();
        services.AddSingleton<ByteResponse>();
        services.AddSingleton<UserStore>();
        services.AddSingleton<TokenStore>();
        services.AddSingleton<AdministratorSeed>();
        services.AddSingleton<ICallerResolver>(provider => options.UserOf is { } userOf
            ? new ExternalCallerResolver(userOf, provider.GetRequiredService<UserStore>(), provider.GetRequiredService<TimeProvider>())
            : ActivatorUtilities.CreateInstance<TokenCallerResolver>(provider));
        services.AddBerthAuditSeals();
        services.AddSingleton<LimitOverrides>();
        services.AddSingleton<RateRefusals>();
        services.AddSingleton<RateLimits>();
        services.AddHealthChecks()
            .AddCheck<DatabaseCheck>("database", tags: ["berth"])
            .AddCheck<StorageCheck>("disk", tags: ["berth"])
            .AddCheck<PluginsCheck>("plugins", tags: ["berth"]);
    }

    internal static void AddBerthRegistryPart(this IServiceCollection services, BerthSettings? settings = null)
    {
        services.AddPackageBlobs();
        services.AddSingleton(provider => provider.GetRequiredService<BerthSettings>().Quotas);
        services.AddSingleton(provider => new EsbuildLocation(provider.GetRequiredService<BerthSettings>().Esbuild));
        services.AddSingleton(provider => new KeyOptions { RequiresProof = provider.GetRequiredService<BerthSettings>().RequiresKeyProof });
        services.AddSingleton(provider => new SearchOptions { Engine = provider.GetRequiredService<BerthSettings>().SearchEngine });
        services.AddBerthRegistry();
        services.AddProofChecks();
        services.AddSingleton<PublisherFactors>();
        services.AddIntegrationIdentities();
        if (settings?.Upstream is { } upstream)
        {
            services.AddBerthUpstream(new UpstreamOptions
            {
                Address = upstream,
                Token = settings.UpstreamToken,
                LocalPrefixes = settings.UpstreamLocal,
                Lifetime = settings.UpstreamLifetime,
            });
        }
    }

    internal static void AddBerthHostPart(this IServiceCollection services, BerthSettings settings)
    {
        services.AddSingleton(new Berth.Host.HostOptions
        {
            IdleTimeout = settings.ManagerTimeout,
            SafeMode = settings.SafeMode,
            VersionsDirectory = Path.Combine(settings.PluginsDirectory, "shared"),
            Network = new Berth.Host.Isolation.Network.NetworkOptions { Rules = settings.PluginNetwork },
            PluginFolders = settings.PluginFolders,
            PluginPrograms = settings.PluginPrograms,
            NodePath = settings.Node,
            InProcessTrustLevels = settings.Isolation.InProcess.ToHashSet(StringComparer.Ordinal),
            WorkerLevels = settings.Isolation.Levels,
            WorkerLimits = settings.Isolation.Limits,
            RequestTimeLimit = settings.Isolation.RequestTime,
            AnswerTimeLimit = settings.Isolation.AnswerTime,
            LevelProbeDelay = settings.Isolation.ProbeDelay,
            WorkerSpares = settings.WorkerSpares,
            UndeclaredUseTrustLevels = settings.UndeclaredUseLevels.ToHashSet(StringComparer.Ordinal),
            RetireInterval = settings.CleanupInterval < settings.ManagerTimeout ? settings.CleanupInterval : settings.ManagerTimeout,
        });
        services.TryAddSingleton(new Berth.Host.Isolation.IsolationOptions
        {
            FirstUserId = settings.Isolation.FirstUserId,
            LastUserId = settings.Isolation.LastUserId,
            ContainerEngine = settings.Isolation.ContainerEngine,
        });
        services.AddSingleton(new MetricsOptions { MostPlugins = settings.MetricsPlugins });
        services.AddSingleton(new LifecycleOptions
        {
            PluginsDirectory = settings.PluginsDirectory,
            HostVersion = BerthVersion.Text,
            CleanupInterval = settings.CleanupInterval,
            VersionRetention = settings.VersionRetention,
            OperationRetention = settings.OperationRetention,
            EventRetention = settings.EventRetention,
            AuditRetention = settings.AuditRetention,
            WebhookRetention = settings.WebhookRetention,
            TakesVariants = settings.Variants,
            StoreCodings = settings.StoreCodings,
            Recompresses = settings.Recompression,
            RegistryKeys = settings.RegistryKeys,
            SignedTrustLevels = settings.SignedLevels.ToHashSet(StringComparer.Ordinal),
        });
        services.TryAddSingleton(new Berth.Lifecycle.AutoUpdates.AutoUpdateOptions { Interval = settings.AutoUpdateInterval });
        services.AddPackageBlobs();
        services.AddBerthHost();
        services.AddBerthLifecycle();
        services.AddSingleton(provider => FileCapabilityKeys
            .LoadAsync(provider.GetRequiredService<IDatabase>(), provider.GetRequiredService<TimeProvider>(), CancellationToken.None).GetAwaiter().GetResult());
        services.AddSingleton<FileCapability>();
        services.AddSingleton<FileResponse>();
        services.AddSingleton<InstallationShapes>();
        services.AddSingleton<PublicFilesApi>();
        services.AddSingleton<BackgroundOperations>();
        services.AddHostedService(provider => provider.GetRequiredService<BackgroundOperations>());
        services.AddGitHub(settings);
        services.AddWebhooks(settings);
        services.AddSingleton<IdempotencyStore>();
        services.AddSingleton<IdempotentRequests>();
        services.AddHostedService<IdempotencySweep>();
        services.AddHostedService<CacheMetrics>();
        services.AddSingleton<IVersionUse, InstalledVersionUse>();
    }

    /// <summary>One package store for the registry and for the private packages of a host.</summary>
    private static void AddPackageBlobs(this IServiceCollection services) => services.TryAddSingleton(provider =>
    {
        var settings = provider.GetRequiredService<BerthSettings>();
        return PackageBlobStores.Open(settings.Packages, settings.DataDirectory);
    });

    private static void AddProofChecks(this IServiceCollection services)
    {
        services.TryAddSingleton(new ProofCheckOptions());
        services.AddHttpClient(nameof(WebProofCheck)).ConfigurePrimaryHttpMessageHandler(provider =>
        {
            var allowsPrivate = provider.GetRequiredService<ProofCheckOptions>().AllowsPrivateAddresses;
            return PublicConnections.Handler(_ => allowsPrivate);
        });
        services.AddSingleton<IProofCheck>(provider => new WebProofCheck(
            provider.GetRequiredService<IHttpClientFactory>().CreateClient(nameof(WebProofCheck)), provider.GetRequiredService<ProofCheckOptions>()));
    }

    private static void AddGitHub(this IServiceCollection services, BerthSettings settings)
    {
        services.TryAddSingleton(new GitHubOptions { Api = settings.GitHubApi });
        services.AddHttpClient(nameof(GitHubReleases)).ConfigurePrimaryHttpMessageHandler(provider => GitHubConnections.Handler(provider.GetRequiredService<GitHubOptions>()));
        services.AddTransient(provider => ActivatorUtilities.CreateInstance<GitHubReleases>(
            provider, provider.GetRequiredService<IHttpClientFactory>().CreateClient(nameof(GitHubReleases))));
    }
}
