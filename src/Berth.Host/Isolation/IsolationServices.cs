using Berth.Host.Isolation.Container;
using Berth.Host.Isolation.Limits;
using Berth.Host.Isolation.Sandbox;
using Berth.Host.Isolation.Vm;
using Berth.Host.Isolation.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Berth.Host.Isolation;

/// <summary>The isolation levels and what they are made with.</summary>
internal static class IsolationServices
{
    public static void AddIsolation(this IServiceCollection services)
    {
        services.TryAddSingleton<IsolationOptions>();
        services.AddSingleton<WorkerUserIds>();
        services.AddSingleton<ControlGroups>();
        services.AddSingleton<LimitTrail>();
        services.AddSingleton<Services.UsedCapabilities>().AddSingleton<Services.DataUses>();
        services.AddSingleton<Offers.OfferedFolders>().AddSingleton<Offers.FolderFiles>().AddSingleton<Offers.IOfferStates, Offers.OfferStates>();
        services.AddSingleton<Programs.ProgramSandbox>().AddSingleton<Programs.ProgramRunner>();
        services.AddSingleton<Services.HostOffers>();
        services.AddSingleton<Func<WorkerProgram>>(WorkerProgram.Find);
        services.AddSingleton<IWorkerLevel, ProcessLevel>();
        services.AddSingleton<IWorkerLevel, SandboxLevel>();
        services.AddSingleton<IWorkerLevel, ContainerLevel>();
        services.AddSingleton<IWorkerLevel, VmLevel>();
    }
}
