using Berth.Data.Sessions;
using Berth.Host;
using Berth.Host.Events;
using Berth.Host.Graph.Loading;
using Berth.Host.Observability;
using Berth.Lifecycle.Audit;
using Berth.Lifecycle.AutoUpdates;
using Berth.Lifecycle.Bulk;
using Berth.Lifecycle.Cleanup;
using Berth.Lifecycle.DesiredStates;
using Berth.Lifecycle.Doctor;
using Berth.Lifecycle.Events;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Isolation;
using Berth.Lifecycle.Isolation.Leaks;
using Berth.Lifecycle.Migration;
using Berth.Lifecycle.Migration.Apply;
using Berth.Lifecycle.Nodes;
using Berth.Lifecycle.Observability;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Operations.Groups;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.Operations.Log;
using Berth.Lifecycle.Operations.Planning;
using Berth.Lifecycle.PrivatePackages;
using Berth.Lifecycle.Settings;
using Berth.Lifecycle.Sharing;
using Berth.Lifecycle.Store;
using Berth.Lifecycle.Store.Codings;
using Berth.Lifecycle.Store.Signatures;
using Berth.Lifecycle.Trust;
using Berth.Lifecycle.UserData;
using Berth.Lifecycle.Users;
using Berth.Lifecycle.Versions;
using Berth.Packaging.Archive;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Berth.Lifecycle;

/// <summary>Adds the life cycle's parts to an application.</summary>
public static class LifecycleServiceCollectionExtensions
{
    /// <summary>
    /// Adds operations, installations, status, statistics, user data and the shared store (also as the host's
    /// <c>IPluginVersionSource</c>), and the hosted service that recovers at start. Needs <c>IDatabase</c>,
    /// <c>IPackageBlobs</c>, <c>IPackageSource</c>, the host's parts, <see cref="LifecycleOptions"/> and <see cref="TimeProvider"/>.
    /// </summary>
    public static IServiceCollection AddBerthLifecycle(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<IStepWitness, NoWitness>();
        services.AddStore();
        services.AddInstallations();
        services.AddOperations();
        services.AddPrivatePackages();
        services.AddMigration();
        services.AddSettings();
        services.AddSingleton<IUserScopes, UserScopes>();
        services.AddHostedService<RecoveryService>();
        services.AddBulk();
        services.AddSingleton<IShares, Shares>();
        services.AddEvents();
        services.AddTrust();
        services.AddAutoUpdates();
        services.AddDesiredStates();
        services.AddCleanup();
        services.AddDoctor();
        return services;
    }

    private static void AddEvents(this IServiceCollection services)
    {
        services.TryAddSingleton<CommitSignal>();
        services.AddSingleton<IEvents, OutboxFeed>();
        services.AddSingleton<EventCursors>();
        services.AddSingleton<IDurableEvents, DurableEvents>();
        services.AddSingleton<HostEventWriter>();
        services.AddHostedService(provider => provider.GetRequiredService<HostEventWriter>());
        services.AddHostedService<OutboxRelay>();
        services.AddSingleton<IAuditTrail, AuditTrail>();
        services.AddSingleton<OperationChanges>();
        services.AddSingleton<IOperationLog, OperationLog>();
        services.AddSingleton<UserMentions>();
        services.AddSingleton<IUserRemoval, UserRemoval>();
        services.AddHostedService<UserRemovalService>();
        services.AddSingleton<NodeReports>();
        services.AddSingleton<INodes>(provider => provider.GetRequiredService<NodeReports>());
        services.AddHostedService(provider => provider.GetRequiredService<NodeReports>());
    }

    /// <summary>Takes packages from a registry over HTTP: the <see cref="IPackageSource"/> of a host that runs apart from its registry.</summary>
    public static IServiceCollection AddBerthHttpPackageSource(this IServiceCollection services, HttpPackageSourceOptions options)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(options);
        services.AddSingleton(options);
        services.AddHttpClient(nameof(HttpPackageSource));
        services.AddSingleton<ITrustSource>(provider => new HttpTrustSource(
            provider.GetRequiredService<IHttpClientFactory>().CreateClient(nameof(HttpPackageSource)), options, provider.GetRequiredService<TimeProvider>()));
        return services.AddSingleton<IPackageSource>(provider => new HttpPackageSource(
            provider.GetRequiredService<IHttpClientFactory>().CreateClient(nameof(HttpPackageSource)), options, provider.GetRequiredService<TimeProvider>()));
    }

    private static void AddStore(this IServiceCollection services)
    {
        services.AddSingleton<StoreLedger>();
        services.AddSingleton<TrustedKeys>();
        services.AddSingleton<ISignatureTrust, SignatureTrust>();
        services.AddSingleton<SignatureGate>();
        services.AddSingleton<VariantGate>();
        services.AddSingleton<DeclarationGate>();
        services.AddSingleton<StoreVerification>();
        services.AddSingleton<PackageFinder>();
        services.AddSingleton<VersionRestoration>();
        services.AddSingleton<SharedStore>();
        services.AddSingleton<ISharedStore>(provider => provider.GetRequiredService<SharedStore>());
        services.AddSingleton<IPluginVersionSource>(provider => provider.GetRequiredService<SharedStore>());
        services.AddSingleton(provider => provider.GetRequiredService<SharedStore>().Paths);
        services.AddSingleton<IWantedInstances, WantedVersions>();
        services.AddSingleton<VariantAdoptionService>();
        services.AddHostedService(provider => provider.GetRequiredService<VariantAdoptionService>());
        services.AddSingleton(provider => new CodingLibraries(provider.GetRequiredService<LifecycleOptions>()));
        services.AddSingleton<CodingMetrics>();
        services.AddSingleton<Recompression>();
        services.AddSingleton<RecompressionService>();
        services.AddHostedService(provider => provider.GetRequiredService<RecompressionService>());
    }

    private static void AddTrust(this IServiceCollection services)
    {
        services.TryAddSingleton<TrustOptions>();
        services.AddSingleton<RegistryTrust>();
        services.AddSingleton<IRegistryTrust>(provider => provider.GetRequiredService<RegistryTrust>());
        services.AddSingleton<ITrustCeilings>(provider => provider.GetRequiredService<RegistryTrust>());
        services.AddSingleton<IsolationRuleState>();
        services.AddSingleton<Berth.Host.Isolation.IPlacementRules, PlacementRules>();
        services.AddSingleton<IsolationRuleBook>();
        services.AddSingleton<IIsolationRules>(provider => provider.GetRequiredService<IsolationRuleBook>());
        services.AddSingleton<LeakedVersionKeeper>();
        services.AddSingleton<ILeakedVersions>(provider => provider.GetRequiredService<LeakedVersionKeeper>());
        services.AddSingleton<Berth.Host.Isolation.ILeakMarks>(provider => provider.GetRequiredService<LeakedVersionKeeper>());
        services.AddSingleton<TrustFollower>();
        // Before the keeper of desired states and the loading at the start: they ask what is stopped.
        services.AddHostedService(provider => provider.GetRequiredService<TrustFollower>());
        services.AddHostedService(provider => provider.GetRequiredService<IsolationRuleBook>());
        services.AddHostedService(provider => provider.GetRequiredService<LeakedVersionKeeper>());
    }

    private static void AddDesiredStates(this IServiceCollection services)
    {
        services.AddSingleton<DesiredStateKeeper>();
        services.AddSingleton<IDesiredStates>(provider => provider.GetRequiredService<DesiredStateKeeper>());
        services.AddHostedService(provider => provider.GetRequiredService<DesiredStateKeeper>());
    }

    private static void AddCleanup(this IServiceCollection services)
    {
        services.AddSingleton<IdleInstances>();
        services.AddSingleton<UnreferencedVersions>();
        services.AddSingleton<UnwantedVariants>();
        services.AddSingleton<StaleStaging>();
        services.AddSingleton<UnreferencedBlobs>();
        services.AddSingleton<AgedOperations>();
        services.AddSingleton<AgedDeliveries>();
        services.AddSingleton<AgedEvents>();
        services.AddSingleton<AgedAudit>();
        services.AddSingleton<CleanupStages>();
        services.AddSingleton<ICleanup, Cleaning>();
        services.AddHostedService<CleanupService>();
        services.AddSingleton<IStoredVersions, StoredVersions>();
        services.AddSingleton<IVersionNotices, VersionNotices>();
    }

    private static void AddDoctor(this IServiceCollection services)
    {
        services.AddSingleton<DatabaseCheck>();
        services.AddSingleton<JournalCheck>();
        services.AddSingleton<PackagesCheck>();
        services.AddSingleton<StoreCheck>();
        services.AddSingleton<InstallationsCheck>();
        services.AddSingleton<GenerationsCheck>();
        services.AddSingleton<RecordsCheck>();
        services.AddSingleton<StrayFilesCheck>();
        services.AddSingleton<InstallationRepair>();
        services.AddSingleton<SetAside>();
        services.AddSingleton<Rebuild>();
        services.AddSingleton<IDoctor, Examination>();
    }

    private static void AddInstallations(this IServiceCollection services)
    {
        services.AddSingleton<InstallationSnapshots>();
        services.AddSingleton<IInstallations>(provider => provider.GetRequiredService<InstallationSnapshots>());
        services.AddHostedService<InstallationFollower>();
        services.AddSingleton<IInstallationStatus, InstallationStatus>();
        services.AddSingleton<ILifecycleStatistics, LifecycleStatistics>();
        services.AddSingleton<RecoveryRecords>();
        services.AddSingleton<OperationTimes>();
        services.AddMetrics();
        services.TryAddSingleton<MetricsOptions>();
        services.TryAddSingleton<PluginLabels>();
        services.AddSingleton<OperationMetrics>();
    }

    private static void AddBulk(this IServiceCollection services)
    {
        services.AddSingleton<BulkUsers>();
        services.AddSingleton<BulkStep>();
        services.AddSingleton<BulkOperations>();
        services.AddSingleton<IBulkOperations>(provider => provider.GetRequiredService<BulkOperations>());
        services.AddHostedService<BulkService>();
    }

    private static void AddPrivatePackages(this IServiceCollection services)
    {
        services.TryAddSingleton(PackageLimits.Default);
        services.AddSingleton<PrivateSnapshots>();
        services.AddSingleton<IPrivatePackages, PrivatePackageStore>();
    }

    private static void AddMigration(this IServiceCollection services)
    {
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<MigrationParts>(provider));
        services.AddSingleton(provider => new OldSystemMigration(provider.GetRequiredService<MigrationParts>()));
    }

    private static void AddSettings(this IServiceCollection services)
    {
        services.AddSingleton<SettingsKeys>();
        services.AddSingleton<SettingsCipher>();
        services.AddSingleton<SettingsView>();
        services.AddSingleton<SettingsCarry>();
        services.AddSingleton<IPluginSettings, PluginSettingsReader>();
    }

    private static void AddOperations(this IServiceCollection services)
    {
        services.AddSingleton<ILifecycleOperations, LifecycleOperations>();
        services.AddSingleton<InstallOperation>();
        services.AddSingleton<QuickInstall>();
        services.AddSingleton<UpdateOperation>();
        services.AddSingleton<RollbackOperation>();
        services.AddSingleton<GroupOperation>();
        services.AddSingleton<UninstallOperation>();
        services.AddSingleton<SetEnabledOperation>();
        services.AddSingleton<SetPolicyOperation>();
        services.AddSingleton<ChooseVariantOperation>();
        services.AddSingleton<ChangeGrantsOperation>();
        services.AddSingleton<RepairOperation>();
        services.AddSingleton<ConfigureOperation>();
        services.AddSingleton<ConfigureModuleOperation>();
        services.AddSingleton<OperationParts>();
        services.AddSingleton<VersionResolver>();
        services.AddSingleton<VersionOffers>();
        services.AddSingleton<VersionChoice>();
        services.AddSingleton<SetPlanner>();
        services.AddSingleton<SitePins>();
        services.AddSingleton<ISitePins>(provider => provider.GetRequiredService<SitePins>());
        services.AddSingleton<IUpdateCandidates, UpdateCandidates>();
        services.AddSingleton<Requirements>();
        services.AddSingleton<OperationJournal>();
        services.AddSingleton<RecordRepair>();
        services.AddSingleton<Recovery>();
    }
}
