using System.Diagnostics;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Berth.Host.Services;

/// <summary>What every plugin finds in its own container before its own registrations.</summary>
internal static class PluginServices
{
    // Routing asks for one. Host-owned and shared: a listener a plugin would be one more thing to take back.
    private static readonly DiagnosticListener Diagnostics = new("Berth.Plugins");

    public static void Add(IServiceCollection services, IPluginContext context, ILoggerFactory loggers, IPluginEvents events, HostOffers offers)
    {
        services.AddSingleton(context);
        services.AddSingleton(loggers);
        // By a factory, so that it is disposed with the provider: the plugin's subscriptions end there.
        services.AddSingleton(_ => events);
        services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        services.AddSingleton(Diagnostics);
        services.AddMetrics();
        services.AddRouting();
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);

        services.AddScoped<CallScope>();
        services.AddScoped(provider => provider.GetRequiredService<CallScope>().User);
        services.AddScoped(provider => provider.GetRequiredService<CallScope>().DataOf(context, offers.Data));
        services.AddScoped(provider => provider.GetRequiredService<CallScope>().SettingsOf(context, offers.Data));
        services.AddScoped(provider => provider.GetRequiredService<CallScope>().CreateHttpClient(context));
        services.AddScoped(provider => provider.GetRequiredService<CallScope>().CryptoOf(context, offers.Used));
        services.AddScoped(provider => provider.GetRequiredService<CallScope>().AuditOf(context, offers.Used));
        services.AddScoped(provider => provider.GetRequiredService<CallScope>().FilesOf(context, offers));
        services.AddScoped(provider => provider.GetRequiredService<CallScope>().ProcessesOf(context, offers));
    }
}
