namespace Berth.Host.Observability;

/// <summary>
/// The calls of the last minute. Time is cut into slices of fifteen seconds; each has a histogram of its own, and a new one
/// takes the place of the oldest. Writers take no lock: whoever comes first in a new slice puts it there.
/// </summary>
internal sealed class CallWindow(TimeProvider time)
{
    private const int Slices = 4;
    private static readonly TimeSpan Width = TimeSpan.FromSeconds(15);
    private readonly CallSlice?[] _slices = new CallSlice?[Slices];
    private readonly long _began = time.GetTimestamp();

    public void Add(TimeSpan elapsed, bool isFailure)
    {
        var number = Number(time.GetElapsedTime(_began));
        ref var place = ref _slices[number % Slices];
        var slice = Volatile.Read(ref place);
        (slice is null || slice.Number < number ? Renew(ref place, number) : slice).Add(elapsed, isFailure);
    }

    public CallFigures Figures()
    {
        var age = time.GetElapsedTime(_began);
        var oldest = Math.Max(0, Number(age) - Slices + 1);
        var sum = CallSlice.NewSum();
        var failures = 0L;
        foreach (var slice in _slices)
        {
            if (slice is not null && slice.Number >= oldest)
                failures += slice.AddTo(sum);
        }

        // The window begins with a slice; an instance that is younger than a second has no rate of a thousand a second.
        var covered = Math.Max(1, (age - (oldest * Width)).TotalSeconds);
        return new CallFigures(
            sum.TotalCount, failures, Math.Round(sum.TotalCount / covered, 2), Math.Round(failures / covered, 2),
            CallSlice.Percentile(sum, 50), CallSlice.Percentile(sum, 95), CallSlice.Percentile(sum, 99));
    }

    private static long Number(TimeSpan age) => age.Ticks / Width.Ticks;

    private static CallSlice Renew(ref CallSlice? place, long number)
    {
        while (true)
        {
            // Another thread may be a slice ahead; this call then counts there.
            var old = Volatile.Read(ref place);
            if (old is not null && old.Number >= number)
                return old;
            var fresh = new CallSlice(number);
            if (Interlocked.CompareExchange(ref place, fresh, old) == old)
                return fresh;
        }
    }
}
