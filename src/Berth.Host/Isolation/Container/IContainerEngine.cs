using Berth.Host.Isolation.Limits;
using Berth.Host.Isolation.Worker;

namespace Berth.Host.Isolation.Container;

/// <summary>A program that runs containers.</summary>
internal interface IContainerEngine
{
    /// <summary>For people.</summary>
    string Name { get; }

    /// <summary>Where it is.</summary>
    string Program { get; }

    /// <summary>Whether its containers have folders and devices of their own making that a worker could fill, so that the worker has to close them itself.</summary>
    bool LeavesFoldersOpen { get; }

    /// <summary>What cannot be had with it on this machine.</summary>
    /// <param name="unlimited">The controllers of which nothing limits its containers, as was seen of one.</param>
    ValueTask<IReadOnlyList<string>> GapsAsync(IReadOnlyList<string> unlimited);

    /// <summary>The command that runs a container until its worker ends; the sockets come along as the descriptors from 3 on.</summary>
    ValueTask<IReadOnlyList<string>> RunAsync(ContainerPlan plan);

    /// <summary>What reads the kernel's counts of a container; it answers <see langword="null"/> while there is none.</summary>
    Func<WorkerFigures?> Figures(ContainerPlan plan, ControlGroups groups);

    /// <summary>What sees which controllers limit nothing in a container; it answers <see langword="null"/> while there is none.</summary>
    Func<IReadOnlyList<string>?> Unlimited(ContainerPlan plan, ControlGroups groups);

    /// <summary>Takes a container away with whatever runs in it; does nothing where there is none.</summary>
    Task RemoveAsync(string name);

    /// <summary>The names of all containers that it knows.</summary>
    Task<IReadOnlyList<string>> ListAsync();
}
