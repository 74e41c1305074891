using Berth.Registry.Catalog;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Berth.Registry.Mirroring.Upstream;

/// <summary>Puts another registry behind this one.</summary>
public static class UpstreamServices
{
    /// <summary>After <c>AddBerthRegistry</c>: what is not published here is looked up there.</summary>
    public static IServiceCollection AddBerthUpstream(this IServiceCollection services, UpstreamOptions options) => services
        .AddSingleton(options)
        .AddSingleton<UpstreamClient>()
        .AddSingleton<UpstreamPlugins>()
        .AddSingleton<UpstreamPackages>()
        .AddSingleton<PublishedCatalog>()
        .AddSingleton<UpstreamCatalog>()
        .AddSingleton<IUpstream>(provider => provider.GetRequiredService<UpstreamCatalog>())
        .Replace(ServiceDescriptor.Singleton<ICatalog>(provider => provider.GetRequiredService<UpstreamCatalog>()));
}
