using Berth.Lifecycle.Operations.Planning;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Berth.Lifecycle.AutoUpdates;

/// <summary>Adds the parts of automatic updates.</summary>
internal static class AutoUpdateServices
{
    public static void AddAutoUpdates(this IServiceCollection services)
    {
        services.TryAddSingleton<AutoUpdateOptions>();
        services.AddSingleton<OfferMemory>();
        services.AddSingleton<IAutoUpdates, AutoUpdateEntries>();
        services.AddSingleton<PluginTurns>();
        services.AddSingleton<AutoUpdateJudge>();
        services.AddSingleton<AutoUpdateRecords>();
        services.AddSingleton<AutoUpdateStep>();
        services.AddSingleton<AutoUpdateRound>();
        services.AddHostedService<AutoUpdateService>();
    }
}
