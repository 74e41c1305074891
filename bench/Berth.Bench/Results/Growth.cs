using System.Globalization;
using Berth.Bench.Peers;

namespace Berth.Bench.Results;

/// <summary>Whether a process grew over a run: the last quarter of its samples to the first. What goes up and down in between is the collector's affair.</summary>
internal static class Growth
{
    public static IEnumerable<BenchResult> Of(string id, IReadOnlyList<ProcessSizes> samples) =>
    [
        Of($"{id}-managed", "managed heap after a collection", "MB", samples, sample => sample.ManagedBytes / 1e6, 1.05),
        Of($"{id}-resident", "resident memory", "MB", samples, sample => sample.ResidentBytes / 1e6, 1.10),
        Of($"{id}-handles", "open file descriptors", "handles", samples, sample => sample.Handles, 1.05),
        Of($"{id}-threads", "threads", "threads", samples, sample => sample.Threads, 1.15),
    ];

    /// <summary>Resident memory at the end of each tenth of the run, in MB.</summary>
    public static string Tenths(IReadOnlyList<ProcessSizes> samples) => string.Join(
        ", ", samples.Chunk(Math.Max(1, samples.Count / 10)).Select(tenth => (tenth[^1].ResidentBytes / 1e6).ToString("0", CultureInfo.InvariantCulture)));

    private static BenchResult Of(string id, string what, string unit, IReadOnlyList<ProcessSizes> samples, Func<ProcessSizes, double> value, double bound)
    {
        var quarter = Math.Max(1, samples.Count / 4);
        var first = Median(samples.Take(quarter));
        var last = Median(samples.TakeLast(quarter));
        var goal = new Goal(bound, IsUpper: true);
        return new BenchResult
        {
            Id = id,
            Work = $"{what}: the last quarter of the cycles to the first",
            Unit = unit,
            Berth = new Measured(last),
            Peer = new Measured(first) { Name = "the first quarter" },
            Ratio = last / first,
            Goal = goal.ToString(),
            Met = goal.IsMetBy(last / first),
        };

        double Median(IEnumerable<ProcessSizes> some)
        {
            var sorted = some.Select(value).Order().ToList();
            return sorted[sorted.Count / 2];
        }
    }
}
