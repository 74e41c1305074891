using Berth.Data.Blobs;
using Berth.Data.Sessions;
using Berth.Host;
using Berth.Host.Observability;
using Berth.Lifecycle;
using Berth.Lifecycle.Store;
using Berth.Registry;
using Berth.Server.Apis;
using Berth.Server.Auth;
using Berth.Server.Composition;
using Berth.Server.Configuration;
using Berth.Server.Events;
using Berth.Server.Files;
using Berth.Server.GitHub;
using Berth.Server.Idempotency;
using Berth.Server.Observability;
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
        services.AddBerthRegistryPart();
        services.AddBerthHostPart(options.Settings);
        services.AddSingleton<IPackageSource, RegistryPackageSource>();
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
        services.AddHealthChecks()
            .AddCheck<DatabaseCheck>("database", tags: ["berth"])
            .AddCheck<StorageCheck>("disk", tags: ["berth"])
            .AddCheck<PluginsCheck>("plugins", tags: ["berth"]);
    }

    internal static void AddBerthRegistryPart(this IServiceCollection services)
    {
        services.AddPackageBlobs();
        services.AddBerthRegistry();
    }

    internal static void AddBerthHostPart(this IServiceCollection services, BerthSettings settings)
    {
        services.AddSingleton(new Berth.Host.HostOptions
        {
            IdleTimeout = settings.ManagerTimeout,
            SafeMode = settings.SafeMode,
            RetireInterval = settings.CleanupInterval < settings.ManagerTimeout ? settings.CleanupInterval : settings.ManagerTimeout,
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
        });
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
    }

    /// <summary>One package store for the registry and for the private packages of a host.</summary>
    private static void AddPackageBlobs(this IServiceCollection services) => services.TryAddSingleton(provider =>
    {
        var settings = provider.GetRequiredService<BerthSettings>();
        return PackageBlobStores.Open(settings.Packages, settings.DataDirectory);
    });

    private static void AddGitHub(this IServiceCollection services, BerthSettings settings)
    {
        services.TryAddSingleton(new GitHubOptions { Api = settings.GitHubApi });
        services.AddHttpClient(nameof(GitHubReleases)).ConfigurePrimaryHttpMessageHandler(provider => PublicConnections.Handler(provider.GetRequiredService<GitHubOptions>()));
        services.AddTransient(provider => ActivatorUtilities.CreateInstance<GitHubReleases>(
            provider, provider.GetRequiredService<IHttpClientFactory>().CreateClient(nameof(GitHubReleases))));
    }
}
