using Berth.Server.Apis;
using Berth.Server.Files;

namespace Berth.Server;

/// <summary>Maps Berth's routes into an ASP.NET Core application.</summary>
public static class BerthEndpointRouteBuilderExtensions
{
    /// <summary>Maps the host: installations, files, plugins' own endpoints, users, tokens and system.</summary>
    public static IEndpointRouteBuilder MapBerth(this IEndpointRouteBuilder routes)
    {
        // Read while the application starts: the first request must not need a database that can be written.
        routes.ServiceProvider.GetRequiredService<FileCapabilityKeys>();
        routes.MapHostIndex();
        routes.MapInstallations();
        routes.MapAutoUpdates();
        routes.MapPackageInstall();
        routes.MapBulk();
        routes.MapShares();
        routes.MapManifests();
        routes.MapSettings();
        routes.MapModules();
        routes.MapServerSettings();
        PublicFilesApi.Map(routes);
        routes.MapPluginCalls();
        routes.MapSystem();
        routes.MapInstances();
        routes.MapGuards();
        routes.MapCaches();
        routes.MapIsolation();
        routes.MapOffers();
        routes.MapIsolationRules();
        routes.MapSitePins();
        routes.MapOperations();
        routes.MapEvents();
        routes.MapWebhooks();
        routes.MapAudit();
        routes.MapAuditVerification();
        routes.MapRateLimits();
        routes.MapVersions();
        routes.MapMaintenance();
        routes.MapAuth();
        routes.MapUsers();
        routes.MapSchemas();
        return routes;
    }

    /// <summary>
    /// Maps the registry: publish, catalogue and downloads. Its paths overlap with the host's (both have
    /// <c>/api/v1/plugins</c>): give it an address of its own, or map it into a group with a prefix.
    /// </summary>
    public static IEndpointRouteBuilder MapBerthRegistry(this IEndpointRouteBuilder routes)
    {
        routes.MapRegistryCatalog();
        routes.MapSearch();
        routes.MapStatistics();
        routes.MapTexts();
        routes.MapBundles();
        routes.MapPublish();
        routes.MapPublications();
        routes.MapPublishing();
        routes.MapReviews();
        routes.MapOidc();
        routes.MapScans();
        routes.MapAdvisories();
        routes.MapDownloads();
        routes.MapKeys();
        routes.MapSignatures();
        routes.MapTrust();
        routes.MapVersionStates();
        routes.MapChannels();
        routes.MapCompatibility();
        routes.MapPublishers();
        routes.MapTransfers();
        routes.MapAuditVerification();
        routes.MapRateLimits();
        routes.MapVariants();
        return routes;
    }
}
