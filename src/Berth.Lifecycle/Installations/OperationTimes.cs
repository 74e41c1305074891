using System.Collections.Concurrent;

namespace Berth.Lifecycle.Installations;

/// <summary>How many operations of each kind ended how, and how long the last 1,024 took.</summary>
internal sealed class OperationTimes
{
    private readonly ConcurrentDictionary<string, Ring> _kinds = new(StringComparer.Ordinal);

    public void Add(string kind, TimeSpan elapsed, bool succeeded) => _kinds.GetOrAdd(kind, static _ => new Ring()).Add(elapsed.TotalMilliseconds, succeeded);

    public IReadOnlyDictionary<string, OperationFigures> Figures() =>
        _kinds.ToDictionary(pair => pair.Key, pair => pair.Value.Figures(), StringComparer.Ordinal);

    private sealed class Ring
    {
        private const int Size = 1_024;
        private readonly Lock _lock = new();
        private readonly double[] _times = new double[Size];
        private long _count;
        private long _failed;

        public void Add(double milliseconds, bool succeeded)
        {
            lock (_lock)
            {
                _times[_count++ % Size] = milliseconds;
                if (!succeeded)
                    _failed++;
            }
        }

        public OperationFigures Figures()
        {
            lock (_lock)
            {
                var times = _times.AsSpan(0, (int)Math.Min(_count, Size)).ToArray();
                Array.Sort(times);
                return new OperationFigures(_count - _failed, _failed, At(times, 0.50), At(times, 0.95));
            }
        }

        private static double At(double[] sorted, double part) =>
            sorted.Length == 0 ? 0 : sorted[Math.Max(0, (int)Math.Ceiling(part * sorted.Length) - 1)];
    }
}
