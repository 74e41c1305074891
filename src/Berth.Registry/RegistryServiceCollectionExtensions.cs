using Microsoft.Extensions.DependencyInjection;

namespace Berth.Registry;

/// <summary>Adds the registry's parts to an application.</summary>
public static class RegistryServiceCollectionExtensions
{
    /// <summary>
    /// Adds the publisher, the catalogue, trust decisions and the download counter (with its flushing hosted service).
    /// Needs <c>IDatabase</c>, <c>IPackageBlobs</c>, <c>PackageLimits</c> and <see cref="TimeProvider"/> in the container.
    /// </summary>
    public static IServiceCollection AddBerthRegistry(this IServiceCollection services) => throw new NotImplementedException();
}
