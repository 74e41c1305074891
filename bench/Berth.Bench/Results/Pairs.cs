namespace Berth.Bench.Results;

/// <summary>What one side reached in one round.</summary>
internal sealed record Round(double Value)
{
    public double? P50Ms { get; init; }

    public double? P95Ms { get; init; }

    public double? P99Ms { get; init; }

    public double? CpuMicroseconds { get; init; }

    /// <summary>A round of single latencies.</summary>
    public static Round Of(double perSecond, double[] milliseconds) => new(perSecond)
    {
        P50Ms = Figures.Percentile(milliseconds, 0.50),
        P95Ms = Figures.Percentile(milliseconds, 0.95),
        P99Ms = Figures.Percentile(milliseconds, 0.99),
    };
}

/// <summary>
/// Rounds of ours and of the peer's, one after the other (A B A B …), so that a slow minute of the machine hits both.
/// The ratio is taken inside each pair, and the median of those is quoted.
/// </summary>
internal sealed class Pairs
{
    private readonly List<(Round Ours, Round Theirs)> _rounds = [];

    public Measured Ours => Measured(pair => pair.Ours);

    public Measured Theirs => Measured(pair => pair.Theirs);

    public double Ratio => Figures.Median(_rounds.Select(pair => pair.Ours.Value / pair.Theirs.Value));

    public static async Task<Pairs> RunAsync(int rounds, Func<Task<Round>> ours, Func<Task<Round>> theirs)
    {
        var pairs = new Pairs();
        for (var i = 0; i < rounds; i++)
            pairs.Add(await ours(), await theirs());
        return pairs;
    }

    public void Add(Round ours, Round theirs) => _rounds.Add((ours, theirs));

    private Measured Measured(Func<(Round Ours, Round Theirs), Round> side)
    {
        var rounds = _rounds.ConvertAll(pair => side(pair));
        return new Measured(Figures.Median(rounds.Select(round => round.Value)))
        {
            Rounds = rounds.ConvertAll(round => Math.Round(round.Value, 3)),
            P50Ms = Of(round => round.P50Ms),
            P95Ms = Of(round => round.P95Ms),
            P99Ms = Of(round => round.P99Ms),
            CpuMicroseconds = Of(round => round.CpuMicroseconds),
        };

        double? Of(Func<Round, double?> figure)
        {
            var known = rounds.Select(figure).OfType<double>().ToList();
            return known.Count == 0 ? null : Math.Round(Figures.Median(known), 3);
        }
    }
}
