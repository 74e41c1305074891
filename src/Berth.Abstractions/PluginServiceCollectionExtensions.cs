using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection;

namespace Berth;

/// <summary>Registrations for a plugin's <see cref="IPlugin.ConfigureServices"/>.</summary>
public static class PluginServiceCollectionExtensions
{
    /// <summary>
    /// Adds a guard that endpoints name with <see cref="GuardAttribute"/> or <see cref="PluginEndpointExtensions.RequireGuard{TBuilder}"/>.
    /// A name can be added once; a version that adds it twice does not load, because the second would silently stand in for the first.
    /// </summary>
    public static IServiceCollection AddGuard<TGuard>(this IServiceCollection services, string name)
        where TGuard : class, IGuard => services.AddKeyedScoped<IGuard, TGuard>(name);

    /// <summary>
    /// Adds hooks under a name, by which the manifest's <c>events.lifecycle</c> may choose them. A name can be added once.
    /// </summary>
    /// <param name="services">The plugin's own services.</param>
    /// <param name="name">The name; the class's own name when absent.</param>
    public static IServiceCollection AddLifecycleHooks<THooks>(this IServiceCollection services, string? name = null)
        where THooks : class, ILifecycleHooks => services.AddKeyedSingleton<ILifecycleHooks, THooks>(name ?? typeof(THooks).Name);

    /// <summary>Makes <see cref="IUserSettings{T}"/> available, read with source-generated JSON.</summary>
    public static IServiceCollection AddUserSettings<T>(this IServiceCollection services, JsonTypeInfo<T> type) =>
        services.AddScoped<IUserSettings<T>>(provider =>
            new Settings<T>(JsonSerializer.Deserialize(provider.GetRequiredService<IUserSettingsSource>().Json, type)!));

    private sealed record Settings<T>(T Value) : IUserSettings<T>;
}
