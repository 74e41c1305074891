namespace Berth.Host.Isolation.Worker;

/// <summary>
/// One isolation level that runs workers: looks once whether the machine has what it takes, and wraps a worker's command in
/// what isolates it. It starts nothing that outlives the probe by itself.
/// </summary>
internal interface IWorkerLevel
{
    /// <summary>One of <see cref="IsolationLevels"/>.</summary>
    string Name { get; }

    /// <summary>Looks at the machine; the answer is kept by the caller.</summary>
    ValueTask<IsolationAvailability> ProbeAsync(CancellationToken cancellationToken);

    /// <summary>What to start for one worker.</summary>
    /// <exception cref="WorkerStartException">It cannot be made, with the reason for people.</exception>
    ValueTask<WorkerCommand> PrepareAsync(WorkerLaunch launch, CancellationToken cancellationToken);
}

/// <summary>One worker that is to be started.</summary>
internal sealed record WorkerLaunch
{
    /// <summary>The version that it runs.</summary>
    public required PluginVersionId Id { get; init; }

    /// <summary>The version's folder in the shared store: visible, read-only, at the same path.</summary>
    public required string Directory { get; init; }

    /// <summary>Files and folders besides that the worker reads (contracts of other plugins): visible, read-only, at the same path.</summary>
    public IReadOnlyList<string> Readable { get; init; } = [];

    /// <summary>The host's sockets that the worker may connect to: visible at the same path.</summary>
    public IReadOnlyList<string> Sockets { get; init; } = [];

    /// <summary>Arguments of the worker itself; a plugin's worker has none.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>What it may use.</summary>
    public required WorkerLimits Limits { get; init; }

    /// <summary>Capabilities in force for the version: what the level opens for them.</summary>
    public IReadOnlySet<string> Capabilities { get; init; } = new HashSet<string>(StringComparer.Ordinal);
}

/// <summary>A command that starts a worker in its isolation.</summary>
internal sealed record WorkerCommand
{
    /// <summary>An absolute path.</summary>
    public required string File { get; init; }

    /// <summary>Its arguments, without the file's own name. The worker itself is given its listening sockets as descriptors from 3 on: <see cref="Berth.Worker.Protocol.WorkerProtocol.Descriptors"/> of them.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>The whole environment of the first process; nothing of the host's is added.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>What the worker takes from itself.</summary>
    public Berth.Worker.Protocol.WorkerHardening Hardening { get; init; } = new();

    /// <summary>The user id that the worker has on the host, when it is another than the host's; the sockets are opened to it.</summary>
    public int? UserId { get; init; }

    /// <summary>Called with the process id of the command right after its start, for what needs one (control groups).</summary>
    public Action<int>? Started { get; init; }

    /// <summary>Called when the worker is ready: what it was given besides for its start ends.</summary>
    public Action? Ready { get; init; }

    /// <summary>Takes away what was made for this worker, after it has ended.</summary>
    public Func<ValueTask>? CleanUp { get; init; }

    /// <summary>What the worker's control group counts, if it has one: memory in bytes, processor time, whether a limit ended it.</summary>
    public Func<WorkerFigures?>? Figures { get; init; }

    /// <summary>The controllers of which no control group limits it, where somebody else than the host makes them; <see langword="null"/> while that cannot be seen.</summary>
    public Func<IReadOnlyList<string>?>? Unlimited { get; init; }

    /// <summary>What its temporary folder may hold, where nothing but a look at it keeps it to that.</summary>
    public Limits.TemporaryQuota? Quota { get; init; }
}

/// <summary>What one worker uses.</summary>
/// <param name="MemoryBytes">Resident memory of all its processes.</param>
/// <param name="ProcessorTime">Processor time so far.</param>
/// <param name="OutOfMemoryKills">How often the kernel ended something of it for want of memory.</param>
internal sealed record WorkerFigures(long MemoryBytes, TimeSpan ProcessorTime, long OutOfMemoryKills)
{
    /// <summary>How often a thread or process was not started, because there were too many.</summary>
    public long ProcessRefusals { get; init; }

    /// <summary>In how many periods of a tenth of a second it was held back, because its share of the processor was spent.</summary>
    public long HeldPeriods { get; init; }
}

/// <summary>A worker could not be started. The message is for people and says what to do.</summary>
internal sealed class WorkerStartException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What to do, where it is not what the level would say of itself.</summary>
    public string? Remedy { get; init; }
}
