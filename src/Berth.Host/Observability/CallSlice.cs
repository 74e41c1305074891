using HdrHistogram;

namespace Berth.Host.Observability;

/// <summary>The calls of fifteen seconds: how long they took, to about six percent, from a microsecond to ten minutes.</summary>
internal sealed class CallSlice(long number)
{
    private const long Longest = 600_000_000;
    private const int Digits = 1;
    private readonly IntConcurrentHistogram _times = new(1, Longest, Digits);
    private long _failures;

    /// <summary>Which slice since the beginning.</summary>
    public long Number => number;

    public static LongHistogram NewSum() => new(1, Longest, Digits);

    /// <summary>In milliseconds; 0 without calls.</summary>
    public static double Percentile(LongHistogram sum, double percent) =>
        sum.TotalCount == 0 ? 0 : Math.Round(sum.GetValueAtPercentile(percent) / 1000.0, 3);

    public void Add(TimeSpan elapsed, bool isFailure)
    {
        _times.RecordValue(Math.Clamp((long)elapsed.TotalMicroseconds, 0, Longest));
        if (isFailure)
            Interlocked.Increment(ref _failures);
    }

    /// <summary>Adds the times, and returns how many failed.</summary>
    public long AddTo(LongHistogram sum)
    {
        sum.Add(_times);
        return Interlocked.Read(ref _failures);
    }
}
