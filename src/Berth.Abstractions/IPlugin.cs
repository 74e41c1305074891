using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Berth;

/// <summary>
/// The entry point of a plugin's server-side code: a small ASP.NET Core application of its own.
/// One object exists per loaded version and is shared by all its users; what belongs to a user arrives with the call
/// (<see cref="IPluginUser"/>, <see cref="IUserData"/>, <see cref="IUserSettings{T}"/>, all scoped to the request).
/// </summary>
/// <remarks>
/// Found by the manifest's <c>module.assembly</c>: the one public, non-abstract class with a parameterless constructor
/// that implements this interface.
/// </remarks>
public interface IPlugin
{
    /// <summary>Registers the plugin's own services. Called once a loaded version, before <see cref="MapEndpoints"/>.</summary>
    /// <param name="services">The plugin's own collection; nothing of the host or of another plugin is in it.</param>
    /// <param name="plugin">The loaded version.</param>
    void ConfigureServices(IServiceCollection services, IPluginContext plugin)
    {
    }

    /// <summary>Maps the plugin's endpoints. They are served under <c>/p/{slug}</c> to users who installed this version.</summary>
    /// <param name="endpoints">The plugin's own routes.</param>
    void MapEndpoints(IEndpointRouteBuilder endpoints)
    {
    }

    /// <summary>Runs once before the version takes its first call, within the host's start budget.</summary>
    Task StartAsync(IPluginContext plugin, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs once after the last call, before the version is unloaded. Stop timers and loops here.</summary>
    Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
