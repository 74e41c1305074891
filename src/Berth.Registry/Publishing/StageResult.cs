using Berth.Packaging.Archive;

namespace Berth.Registry.Publishing;

/// <summary>A stage with what it said.</summary>
internal sealed record StageResult(IPublishStage Stage, StageVerdict Verdict, StageRecord Record);

/// <summary>What all stages said.</summary>
internal sealed record StageResults(IReadOnlyList<StageResult> InOrder)
{
    /// <summary>Reasons to keep nothing; of all stages.</summary>
    public IReadOnlyList<PackageFault> Faults { get; } = [.. InOrder.Select(result => result.Verdict).OfType<StageVerdict.Refused>().SelectMany(refused => refused.Faults)];

    /// <summary>Whether one of them refused the package.</summary>
    public bool IsRefused => InOrder.Any(result => result.Verdict is StageVerdict.Refused);

    /// <summary>Whether somebody has to look at it.</summary>
    public bool IsHeld => InOrder.Any(result => result.Verdict is not StageVerdict.Passed);

    /// <summary>For the records.</summary>
    public IReadOnlyList<StageRecord> Records { get; } = [.. InOrder.Select(result => result.Record)];
}
