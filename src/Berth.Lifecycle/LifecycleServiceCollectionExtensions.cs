using Microsoft.Extensions.DependencyInjection;

namespace Berth.Lifecycle;

/// <summary>Adds the life cycle's parts to an application.</summary>
public static class LifecycleServiceCollectionExtensions
{
    /// <summary>
    /// Adds operations, installations, status, statistics, user data and the shared store (also as the host's
    /// <c>IPluginVersionSource</c>), and the hosted service that recovers at start. Needs <c>IDatabase</c>,
    /// <c>IPackageSource</c>, the host's parts, <see cref="LifecycleOptions"/> and <see cref="TimeProvider"/>.
    /// </summary>
    public static IServiceCollection AddBerthLifecycle(this IServiceCollection services) => throw new NotImplementedException();
}
