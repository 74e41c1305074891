namespace Berth.Host.Graph;

/// <summary>What is loaded, in which order, and what is not, for which reasons. The same question has the same answer.</summary>
internal sealed record LoadPlan
{
    /// <summary>What to load, each after what it needs. Read backwards it is the order to stop in.</summary>
    public required IReadOnlyList<PlannedLoad> Start { get; init; }

    /// <summary>The same by level: what is in one needs only what is in those before it.</summary>
    public required IReadOnlyList<IReadOnlyList<PlannedLoad>> Levels { get; init; }

    /// <summary>What is wanted and cannot run, each with all its reasons.</summary>
    public required IReadOnlyList<LoadRefusal> Refused { get; init; }

    /// <summary>The circles among what was refused: each member needs the next one, and the last one the first.</summary>
    public required IReadOnlyList<IReadOnlyList<PluginVersionId>> Circles { get; init; }

    /// <summary>What would have been used and is not there.</summary>
    public required IReadOnlyList<SkippedUse> Skipped { get; init; }

    public IEnumerable<PlannedLoad> Stop => Start.Reverse();
}

/// <summary>One version to load.</summary>
/// <param name="Id">The version.</param>
/// <param name="Level">0 for what needs nothing, otherwise one more than the highest of what it needs or uses.</param>
/// <param name="Needs">What must run first.</param>
/// <param name="Uses">What should run first.</param>
internal sealed record PlannedLoad(PluginVersionId Id, int Level, IReadOnlyList<PluginVersionId> Needs, IReadOnlyList<PluginVersionId> Uses)
{
    /// <summary>Asked for, not only needed by others.</summary>
    public bool IsWanted { get; init; }

    /// <summary>Its failure is that of the host's start.</summary>
    public bool IsCritical { get; init; }

    public bool HasCode { get; init; } = true;

    public required string Isolation { get; init; }
}

/// <summary>A wanted version that cannot run.</summary>
internal sealed record LoadRefusal(PluginVersionId Id, IReadOnlyList<GraphReason> Reasons)
{
    public bool IsCritical { get; init; }

    /// <summary>The code of the first reason.</summary>
    public string Code => Reasons[0].Code;

    /// <summary>All reasons in one text.</summary>
    public string Message => string.Join(" ", Reasons.Select(reason => reason.Message));
}

/// <summary>What a version would have used.</summary>
internal sealed record SkippedUse(PluginVersionId Id, string Slug, string Reason);
