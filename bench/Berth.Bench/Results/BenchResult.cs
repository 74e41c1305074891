namespace Berth.Bench.Results;

/// <summary>One line of the table.</summary>
internal sealed record BenchResult
{
    public required string Id { get; init; }

    public required string Work { get; init; }

    /// <summary>For example <c>requests/s</c>.</summary>
    public required string Unit { get; init; }

    public Measured? Berth { get; init; }

    public Measured? Peer { get; init; }

    /// <summary>Ours to the peer's: the median of the rounds' ratios. <see langword="null"/> when there is no peer.</summary>
    public double? Ratio { get; init; }

    /// <summary>For example <c>≥ 0.8</c>.</summary>
    public string? Goal { get; init; }

    public bool? Met { get; init; }

    public string? Note { get; init; }

    public bool Failed { get; init; }

    /// <summary>A line from rounds that were run alternately.</summary>
    public static BenchResult Of(string id, string work, string unit, Pairs pairs, string peer, Goal? goal, string? note = null) => new()
    {
        Id = id,
        Work = work,
        Unit = unit,
        Berth = pairs.Ours,
        Peer = pairs.Theirs with { Name = peer },
        Ratio = pairs.Ratio,
        Goal = goal?.ToString(),
        Met = goal?.IsMetBy(pairs.Ratio),
        Note = note,
    };
}

/// <summary>What one side reached.</summary>
internal sealed record Measured(double Median)
{
    public string? Name { get; init; }

    public IReadOnlyList<double> Rounds { get; init; } = [];

    public double? P50Ms { get; init; }

    public double? P95Ms { get; init; }

    public double? P99Ms { get; init; }

    /// <summary>Processor time of the serving processes for one piece of work: what noise of neighbours does not change.</summary>
    public double? CpuMicroseconds { get; init; }
}

/// <summary>A bound of the ratio.</summary>
internal sealed record Goal(double Bound, bool IsUpper = false)
{
    public bool IsMetBy(double value) => IsUpper ? value <= Bound : value >= Bound;

    public override string ToString() => $"{(IsUpper ? "≤" : "≥")} {Bound:0.##}";
}
