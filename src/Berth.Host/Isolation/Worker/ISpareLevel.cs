namespace Berth.Host.Isolation.Worker;

/// <summary>
/// A level whose workers can be started before it is known what they will run. That is honest only where nothing that the process
/// was started with depends on the version but its limits: a level that shows a worker its plugin's folder alone is none.
/// </summary>
internal interface ISpareLevel : IWorkerLevel
{
    /// <summary>Whether a spare could run what this launch runs.</summary>
    bool CanBeSpare(WorkerLaunch launch);

    /// <summary>What to start for a worker that waits: with a user and a control group of its own, which it keeps for the one version that it will run.</summary>
    /// <param name="limits">The limits of that version.</param>
    /// <exception cref="WorkerStartException">It cannot be made.</exception>
    ValueTask<WorkerCommand> PrepareSpareAsync(WorkerLimits limits);

    /// <summary>The command of a spare with what the version adds.</summary>
    /// <exception cref="WorkerStartException">The version cannot run at this level.</exception>
    WorkerCommand Complete(WorkerCommand spare, WorkerLaunch launch);
}
