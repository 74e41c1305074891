namespace Berth.Host.Events;

/// <summary>Tells of what happens often: the first time at once, the same within a minute together by its number. Nothing goes uncounted, and nobody can flood a reader.</summary>
/// <param name="tell">Tells; called under a lock.</param>
/// <param name="time">The clock.</param>
/// <param name="mostKinds">How many different ones are told within a minute.</param>
/// <param name="rest">What those beyond are told as; not needed where there is no bound.</param>
internal sealed class MinuteTrail<TKey>(Action<TKey, long> tell, TimeProvider time, int mostKinds = int.MaxValue, Func<TKey, TKey>? rest = null)
    where TKey : notnull
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, Told> _told = [];

    /// <summary>It happened.</summary>
    public void Note(TKey key, long count = 1)
    {
        lock (_gate)
        {
            if (rest is not null && _told.Count >= mostKinds && !_told.ContainsKey(key))
                key = rest(key);
            if (_told.TryGetValue(key, out var told))
            {
                told.Untold += count;
                return;
            }

            _told[key] = new Told(time.GetTimestamp());
            tell(key, count);
        }
    }

    /// <summary>Tells what has gathered for a minute; everything when <paramref name="all"/> is set.</summary>
    public void Flush(bool all = false)
    {
        lock (_gate)
        {
            foreach (var (key, told) in _told.Where(one => all || time.GetElapsedTime(one.Value.At) >= Window).ToList())
            {
                if (told.Untold > 0)
                    tell(key, told.Untold);
                _told.Remove(key);
            }
        }
    }

    private sealed class Told(long at)
    {
        public long At => at;

        public long Untold { get; set; }
    }
}
