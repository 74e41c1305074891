using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection;

namespace Berth;

/// <summary>Registrations for a plugin's <see cref="IPlugin.ConfigureServices"/>.</summary>
public static class PluginServiceCollectionExtensions
{
    /// <summary>Adds a guard that endpoints name with <see cref="PluginEndpointExtensions.RequireGuard{TBuilder}"/>.</summary>
    public static IServiceCollection AddGuard<TGuard>(this IServiceCollection services, string name)
        where TGuard : class, IGuard => services.AddKeyedScoped<IGuard, TGuard>(name);

    /// <summary>Makes <see cref="IUserSettings{T}"/> available, read with source-generated JSON.</summary>
    public static IServiceCollection AddUserSettings<T>(this IServiceCollection services, JsonTypeInfo<T> type) =>
        services.AddScoped<IUserSettings<T>>(provider =>
            new Settings<T>(JsonSerializer.Deserialize(provider.GetRequiredService<IUserSettingsSource>().Json, type)!));

    private sealed record Settings<T>(T Value) : IUserSettings<T>;
}
