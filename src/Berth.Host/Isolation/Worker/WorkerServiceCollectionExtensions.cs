using Berth.Host.Isolation.Worker.Broker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Berth.Host.Isolation.Worker;

/// <summary>Adds what runs versions in workers. The levels themselves are registered beside it, each as an <see cref="IWorkerLevel"/>.</summary>
internal static class WorkerServiceCollectionExtensions
{
    public static void AddWorkers(this IServiceCollection services)
    {
        services.AddHttpForwarder();
        // It writes two lines for every request, which is the host's to tell of, and not with the address that was called.
        services.AddLogging(logging => logging.AddFilter("Yarp.ReverseProxy", LogLevel.Warning));
        services.TryAddSingleton<IPlacementRules, NoPlacementRules>();
        services.TryAddSingleton<ILeakMarks, NoLeakMarks>();
        services.AddHostedService<PlacementFollower>();
        services.AddSingleton<Limits.LimitWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<Limits.LimitWatch>());
        services.AddSingleton<WorkerLevels>();
        services.AddSingleton<IIsolationLevels>(provider => provider.GetRequiredService<WorkerLevels>());
        services.AddHostedService(provider => provider.GetRequiredService<WorkerLevels>());
        services.AddSingleton<WorkerRunFolder>();
        services.AddHostedService<RunFolderSweep>();
        services.AddSingleton<BrokerGuards>().AddSingleton<BrokerServices>().AddSingleton<BrokerLogs>().AddSingleton<BrokerLimits>().AddSingleton<BrokerCrypto>().AddSingleton<BrokerFiles>().AddSingleton<BrokerProcesses>().AddSingleton<BrokerRoutes>();
        services.AddSingleton<WorkerBroker>();
        services.AddSingleton<WorkerConfiguration>();
        services.AddSingleton<SpareWorkers>();
        services.AddSingleton<ISpareWorkers>(provider => provider.GetRequiredService<SpareWorkers>());
        services.AddSingleton<WorkerStarter>();
    }
}
