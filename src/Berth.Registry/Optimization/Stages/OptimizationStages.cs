using Berth.Registry.Optimization.Tools;

namespace Berth.Registry.Optimization.Stages;

/// <summary>What is done to a front end, in order: first what is left out, then what is written shorter.</summary>
internal sealed class OptimizationStages(Esbuild esbuild)
{
    /// <summary>The stages, in order.</summary>
    public IReadOnlyList<IOptimizationStage> InOrder { get; } =
    [
        new TestFilesStage(),
        new SourceMapsStage(),
        new EvalModulesStage(),
        new UnusedFilesStage(),
        new BundleStage(esbuild),
        new MinifyStage(esbuild),
        new MinifyStylesStage(esbuild),
    ];
}
