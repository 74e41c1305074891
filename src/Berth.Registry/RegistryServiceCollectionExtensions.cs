using Berth.Registry.Advisories;
using Berth.Registry.Advisories.Rechecking;
using Berth.Registry.Catalog;
using Berth.Registry.Keys;
using Berth.Registry.Keys.Countersigning;
using Berth.Registry.Mirroring;
using Berth.Registry.Publishers;
using Berth.Registry.Optimization;
using Berth.Registry.Optimization.Stages;
using Berth.Registry.Optimization.Tools;
using Berth.Registry.Optimization.Variants;
using Berth.Registry.Publishing;
using Berth.Registry.Publishing.Bindings;
using Berth.Registry.Publishing.Settings;
using Berth.Registry.Publishing.Stages;
using Berth.Registry.Review;
using Berth.Registry.Scanning;
using Berth.Registry.Search;
using Berth.Registry.Search.Database;
using Berth.Registry.Texts;
using Berth.Registry.Trust;
using Berth.Registry.Versions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Berth.Registry;

/// <summary>Adds the registry's parts to an application.</summary>
public static class RegistryServiceCollectionExtensions
{
    /// <summary>
    /// Adds all parts of the registry with their hosted services. Needs <c>IDatabase</c>, <c>IPackageBlobs</c>,
    /// <c>PackageLimits</c> and <see cref="TimeProvider"/> in the container.
    /// </summary>
    public static IServiceCollection AddBerthRegistry(this IServiceCollection services) => services
        .AddCatalog()
        .AddPublishing()
        .AddKeys()
        .AddScanning()
        .AddTrust()
        .AddVersions()
        .AddMirroring()
        .AddVariants();

    private static IServiceCollection AddCatalog(this IServiceCollection services) => services
        .AddSearch()
        .AddSingleton<CatalogSnapshots>()
        .AddSingleton<ICatalog, PublishedCatalog>()
        .AddSingleton<IRenderedTexts, RenderedTexts>()
        .AddSingleton<IDownloadCounter, DownloadCounter>()
        .AddSingleton<IDownloadAudience, DownloadAudience>()
        .AddSingleton<IDownloadStatistics, DownloadStatistics>()
        .AddHostedService<DownloadFlushService>();

    private static IServiceCollection AddSearch(this IServiceCollection services)
    {
        services.TryAddSingleton(new SearchOptions());
        return services
            .AddSingleton<SearchState>()
            .AddSingleton<SummaryCache>()
            .AddSingleton<MemoryEngine>()
            .AddSingleton<FormedNames>()
            .AddSingleton<ListCountCache>()
            .AddSingleton<DatabaseEngine>()
            .AddSingleton<SearchEngines>()
            .AddSingleton<ICatalogSearch, CatalogSearch>()
            .AddHostedService<ListingService>();
    }

    private static IServiceCollection AddPublishing(this IServiceCollection services) => services
        .AddSingleton<Publisher>()
        .AddSingleton<IPublisher>(provider => provider.GetRequiredService<Publisher>())
        .AddSingleton<PublishStages>()
        .AddSingleton(new PublishOptions())
        .AddSingleton<StageRunner>()
        .AddSingleton<PackageReceipt>()
        .AddSingleton<PublishEnding>()
        .AddSingleton<RunningPublishes>()
        .AddSingleton<QuotaStage>()
        .AddSingleton<IPublications, Publications>()
        .AddSingleton<IKeptVersions, KeptVersions>()
        .AddSingleton<IReviews, Reviews>()
        .AddSingleton<IReviewDetails, ReviewDetails>()
        .AddSingleton<IPublishingSettings, PublishingSettingsStore>()
        .AddSingleton<IPublishBindings, PublishBindings>()
        .AddHostedService<PublishService>();

    private static IServiceCollection AddKeys(this IServiceCollection services)
    {
        services.TryAddSingleton(new KeyOptions());
        return services
            .AddSingleton<SignatureStage>()
            .AddSingleton<RegistrySigner>()
            .AddSingleton<IRegistrySigner>(provider => provider.GetRequiredService<RegistrySigner>())
            .AddSingleton<IKeyRecords, KeyRecords>()
            .AddSingleton<IPackageSignatures, PackageSigning>()
            .AddSingleton<CountersignSignal>()
            .AddSingleton<Countersigner>()
            .AddSingleton<ICountersigning, CountersignRuns>()
            .AddHostedService<CountersignService>();
    }

    private static IServiceCollection AddScanning(this IServiceCollection services) => services
        .AddSingleton<IAdvisories, AdvisoryStore>()
        .AddSingleton<RecheckSignal>()
        .AddHostedService<RecheckService>()
        .AddSingleton<PopularNames>()
        .AddSingleton<RegistryScan>()
        .AddSingleton<IPackageScanner>(provider => provider.GetRequiredService<RegistryScan>())
        .AddSingleton<IScanReports, ScanReports>()
        .AddSingleton<ScanRunSignal>()
        .AddSingleton<IScanRuns, ScanRuns>()
        .AddSingleton<IScanIndicators, ScanIndicators>()
        .AddHostedService<ScanRunService>();

    private static IServiceCollection AddVersions(this IServiceCollection services) => services
        .AddSingleton<IVersionStates, VersionStates>()
        .AddSingleton<IChannels, Channels>()
        .AddSingleton<IPublishers, PublisherBook>()
        .AddSingleton<IInvitations, Invitations>()
        .AddSingleton<ITransfers, Transfers>()
        .AddSingleton<IReservedNames, ReservedNames>()
        .AddSingleton<IPublisherProofs, PublisherProofs>()
        .AddHostedService<ProofRecheckService>();

    private static IServiceCollection AddMirroring(this IServiceCollection services) => services
        .AddSingleton<IBundles, Bundles>()
        .AddSingleton<CarriedSources>()
        .AddSingleton<BundleImporter>()
        .AddSingleton<CarriedQuarantines>()
        .AddSingleton<CarriedStates>()
        .AddSingleton<CarriedTrust>()
        .AddSingleton<ICarriedTrust>(provider => provider.GetRequiredService<CarriedTrust>())
        .AddSingleton<CarriedTold>()
        .AddSingleton<CarriedKeyStates>()
        .AddSingleton<CarriedDecisions>();

    private static IServiceCollection AddVariants(this IServiceCollection services)
    {
        services.TryAddSingleton(new EsbuildLocation());
        return services
            .AddSingleton<Esbuild>()
            .AddSingleton<OptimizationStages>()
            .AddSingleton<Optimizer>()
            .AddSingleton<VariantSignal>()
            .AddSingleton<VariantMaker>()
            .AddSingleton<IVariants, PublishedVariants>()
            .AddHostedService<VariantService>();
    }
}
