namespace Berth.Registry.Optimization.Stages;

/// <summary>One way to make a front end smaller. <see cref="OptimizationStages"/> lists them in order.</summary>
internal interface IOptimizationStage
{
    /// <summary>The stage's name in reports and statements.</summary>
    string Name { get; }

    /// <summary>Whether the front end and its author's options give it something to do.</summary>
    bool IsWanted(Workbench bench);

    /// <summary>Proposes changes. What it may not do, it leaves and notes; an exception takes the whole stage back.</summary>
    Task RunAsync(Workbench bench, CancellationToken cancellationToken);
}
