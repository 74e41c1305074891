using Berth.Registry.Optimization.Reports;

namespace Berth.Registry.Optimization;

/// <summary>How making a variant ended.</summary>
internal abstract record OptimizationOutcome
{
    private OptimizationOutcome()
    {
    }

    /// <summary>A variant, verified.</summary>
    /// <param name="Package">The bytes of the variant.</param>
    /// <param name="Variant">The variant as the strict reader read it back.</param>
    /// <param name="Report">What was done.</param>
    public sealed record Made(byte[] Package, Berth.Packaging.Archive.Package Variant, OptimizationReport Report) : OptimizationOutcome;

    /// <summary>Nothing gets smaller: the author's package is the best there is.</summary>
    public sealed record NothingToGain(OptimizationReport Report) : OptimizationOutcome;

    /// <summary>No variant may or can be made of this package here.</summary>
    /// <param name="Code">Dotted.</param>
    /// <param name="Reason">In words, with the next step.</param>
    public sealed record Unavailable(string Code, string Reason) : OptimizationOutcome;
}
