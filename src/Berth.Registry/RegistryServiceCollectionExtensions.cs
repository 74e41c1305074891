using Berth.Registry.Catalog;
using Berth.Registry.Publishing;
using Berth.Registry.Trust;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Registry;

/// <summary>Adds the registry's parts to an application.</summary>
public static class RegistryServiceCollectionExtensions
{
    /// <summary>
    /// Adds the publisher, the catalogue, trust decisions and the download counter (with its flushing hosted service).
    /// Needs <c>IDatabase</c>, <c>IPackageBlobs</c>, <c>PackageLimits</c> and <see cref="TimeProvider"/> in the container.
    /// </summary>
    public static IServiceCollection AddBerthRegistry(this IServiceCollection services) => services
        .AddSingleton<CatalogSnapshots>()
        .AddSingleton<ICatalog, PublishedCatalog>()
        .AddSingleton<IPublisher, Publisher>()
        .AddSingleton<ITrustDecisions, TrustDecisions>()
        .AddSingleton<IDownloadCounter, DownloadCounter>()
        .AddHostedService<DownloadFlushService>();
}
