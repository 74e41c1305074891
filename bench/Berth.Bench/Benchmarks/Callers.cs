using System.Diagnostics;
using Berth.Bench.Results;

namespace Berth.Bench.Benchmarks;

/// <summary>Several, sixteen if nothing else is said, who do their work one piece after another, all at the same time.</summary>
internal static class Callers
{
    public const int Count = 16;

    /// <summary>Gives every item to whoever is free next and takes its time.</summary>
    public static async Task<Round> RunAsync<T>(IReadOnlyList<T> items, Func<T, Task> work, int callers = Count)
    {
        var times = new double[items.Count];
        var next = -1;
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i < items.Count; i = Interlocked.Increment(ref next))
            {
                var begin = Stopwatch.GetTimestamp();
                await work(items[i]);
                times[i] = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
            }
        })));
        return Round.Of(items.Count / Stopwatch.GetElapsedTime(start).TotalSeconds, times);
    }
}
