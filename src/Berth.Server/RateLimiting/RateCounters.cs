using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Berth.Server.RateLimiting;

/// <summary>
/// Counts requests by key in windows that move along in six steps. The memory is fixed when it is made: a table of sets of
/// sixteen places. In a full set the place goes to the newcomer whose keeper has used the least of its limit, so that a
/// flood of addresses that ask once displaces others of its kind, and never who is at the limit.
/// </summary>
/// <remarks>
/// The framework's <c>PartitionedRateLimiter</c> keeps an object, its queue and a timer's list for each key, without a bound,
/// and does not tell what is left or when it comes back. Under a lock is only the search in sixteen places and the addition.
/// </remarks>
internal sealed class RateCounters
{
    /// <summary>Places for callers.</summary>
    public const int DefaultCapacity = 131_072;

    private const int Ways = 16;
    private const int Steps = 6;
    private const int Locks = 512;
    private readonly Entry[] _entries;
    private readonly Lock[] _locks = [.. Enumerable.Range(0, Locks).Select(_ => new Lock())];
    private readonly int _sets;

    /// <summary>Makes the table for so many callers at least.</summary>
    public RateCounters(int capacity = DefaultCapacity)
    {
        _sets = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, capacity / Ways));
        _entries = new Entry[_sets * Ways];
    }

    /// <summary>How many callers it can keep.</summary>
    public int Capacity => _entries.Length;

    /// <summary>Counts a request, or refuses it and counts nothing.</summary>
    /// <param name="now">Unix milliseconds.</param>
    public RateVerdict Take(RateKey key, int permits, int windowSeconds, long now)
    {
        var set = SetOf(key);
        lock (_locks[set & (Locks - 1)])
        {
            ref var entry = ref Find(key, set, now, mayReplace: true);
            entry.MoveTo(now, permits, windowSeconds);
            var used = entry.Used();
            if (used < permits)
            {
                entry.Counts[(int)(entry.Step % Steps)]++;
                return new RateVerdict(true, permits - used - 1, entry.FreedAfter(1, now), false);
            }

            var isFirst = entry.TellRefusal();
            return new RateVerdict(false, 0, entry.FreedAfter(used - permits + 1, now), isFirst);
        }
    }

    /// <summary>Takes back a request that was counted a moment ago, and tells what is left now.</summary>
    public RateVerdict GiveBack(RateKey key, int permits, int windowSeconds, long now)
    {
        var set = SetOf(key);
        lock (_locks[set & (Locks - 1)])
        {
            ref var entry = ref Find(key, set, now, mayReplace: false);
            if (Unsafe.IsNullRef(ref entry))
                return new RateVerdict(true, permits, TimeSpan.Zero, false);
            entry.MoveTo(now, permits, windowSeconds);
            entry.TakeBack();
            return new RateVerdict(true, Math.Max(0, permits - entry.Used()), entry.FreedAfter(1, now), false);
        }
    }

    // Seeded anew in each process, so that nobody outside can aim at one set.
    private int SetOf(RateKey key) => HashCode.Combine(key.High, key.Low) & (_sets - 1);

    private ref Entry Find(RateKey key, int set, long now, bool mayReplace)
    {
        var ways = _entries.AsSpan(set * Ways, Ways);
        var victim = 0;
        var least = double.MaxValue;
        for (var i = 0; i < ways.Length; i++)
        {
            if (ways[i].Key == key)
                return ref ways[i];
            var share = ways[i].Share(now);
            if (share < least)
                (victim, least) = (i, share);
        }

        if (!mayReplace)
            return ref Unsafe.NullRef<Entry>();
        ways[victim] = new Entry { Key = key };
        return ref ways[victim];
    }

    [InlineArray(Steps)]
    private struct StepCounts
    {
        private int _first;
    }

    [StructLayout(LayoutKind.Auto)]
    private struct Entry
    {
        public RateKey Key;
        public StepCounts Counts;
        public long Step;
        private long _start;
        private long _toldStep;
        private int _windowSeconds;
        private int _permits;

        private readonly long StepLength => _windowSeconds * 1000L / Steps;

        public readonly int Used()
        {
            var used = 0;
            for (var i = 0; i < Steps; i++)
                used += Counts[i];
            return used;
        }

        /// <summary>How much of its limit is used; less than nothing for a place that is free.</summary>
        public readonly double Share(long now) =>
            Key == default || now - _start >= (Step + Steps) * StepLength ? -1 : (double)Used() / Math.Max(1, _permits);

        /// <summary>Lets go of what has left the window.</summary>
        public void MoveTo(long now, int permits, int windowSeconds)
        {
            _permits = permits;
            var step = windowSeconds == _windowSeconds ? Math.DivRem(now - _start, StepLength, out _) : long.MaxValue;
            // Unused for a window, another rule, or a clock that was set back: begins anew with this request.
            if (step - Step >= Steps || step < Step - Steps)
            {
                this = new Entry { Key = Key, _start = now, _windowSeconds = windowSeconds, _permits = permits, _toldStep = -Steps };
                return;
            }

            while (Step < step)
                Counts[(int)(++Step % Steps)] = 0;
        }

        /// <summary>When so many requests will have left the window.</summary>
        public readonly TimeSpan FreedAfter(int requests, long now)
        {
            for (var step = Math.Max(0, Step - Steps + 1); step <= Step; step++)
            {
                requests -= Counts[(int)(step % Steps)];
                if (requests <= 0)
                    return TimeSpan.FromMilliseconds(Math.Max(1, _start + ((step + Steps) * StepLength) - now));
            }

            return TimeSpan.Zero;
        }

        public bool TellRefusal()
        {
            if (Step - _toldStep < Steps)
                return false;
            _toldStep = Step;
            return true;
        }

        public void TakeBack()
        {
            for (var step = Step; step > Step - Steps && step >= 0; step--)
            {
                if (Counts[(int)(step % Steps)] > 0)
                {
                    Counts[(int)(step % Steps)]--;
                    return;
                }
            }
        }
    }
}
