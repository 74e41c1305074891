namespace Berth.Host.Isolation;

/// <summary>What one worker uses, counted at most once a second: by its control group where it has one, otherwise by its processes.</summary>
/// <param name="ProcessId">The process that the host started; at some levels it is the one that made the isolation.</param>
/// <param name="MemoryBytes">Resident memory of all its processes, and of the files in a temporary folder that lies in memory.</param>
/// <param name="MemoryLimitBytes">What its plugin may use at most.</param>
/// <param name="ProcessorTime">Processor time since its start.</param>
/// <param name="OutOfMemoryKills">How often the kernel ended something of it for want of memory.</param>
public sealed record WorkerSnapshot(int ProcessId, long MemoryBytes, long MemoryLimitBytes, TimeSpan ProcessorTime, long OutOfMemoryKills);
