using Berth.Worker.Protocol;

namespace Berth.Host.Isolation.Worker;

/// <summary>What workers of every level take from themselves.</summary>
internal static class WorkerHardenings
{
    // A thread's stack counts in full as private memory, however little of it is used.
    private const long ThreadStackBytes = 8L << 20;
    private const int OrdinaryThreads = 24;
    private const long LeastDataBytes = 200L << 20;

    /// <summary>
    /// Makes it from limits. No capability lets a worker make processes itself: they would outlive it, and keep its user. Programs that an
    /// administrator offers are run by the host, each in a sandbox of its own.
    /// </summary>
    /// <param name="launch">The worker.</param>
    /// <param name="hasOwnUser">Whether no other process has its user: only then does a limit of processes count its own alone.</param>
    public static WorkerHardening For(WorkerLaunch launch, bool hasOwnUser) => new()
    {
        SystemCallFilter = true,
        OpenFiles = launch.Limits.OpenFiles,
        // One more than the control group has, where there is one: the group counts what it refuses, and this limit tells nobody.
        Processes = hasOwnUser ? launch.Limits.Processes + 1 : null,
        DataBytes = Math.Max(LeastDataBytes, launch.Limits.MemoryBytes) + (OrdinaryThreads * ThreadStackBytes),
        FileBytes = launch.Limits.FileBytes,
    };
}
