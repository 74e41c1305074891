using Berth.Host.Isolation.InProcess.Contracts;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Host.Services.CrossPlugin;

/// <summary>Adds what lets plugins call each other.</summary>
internal static class CrossPluginServiceCollectionExtensions
{
    public static IServiceCollection AddCrossPluginServices(this IServiceCollection services)
    {
        services.AddSingleton<ContractContexts>();
        services.AddSingleton<ContractFiles>();
        services.AddSingleton<ServiceDirectory>();
        services.AddSingleton<IServiceDirectory>(provider => provider.GetRequiredService<ServiceDirectory>());

        // The pool loads plugins, which are given services, which are found in the pool: it is asked for when it is needed.
        services.AddSingleton<Func<InstancePool>>(provider => provider.GetRequiredService<InstancePool>);
        services.AddSingleton<ProviderSearch>();
        services.AddSingleton<ServiceBinding>();
        services.AddSingleton<ServiceCalls>();
        services.AddSingleton<ServiceIntrospection>();
        return services;
    }
}
