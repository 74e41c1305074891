namespace Berth.Host.Health;

/// <summary>
/// Whether there were many good calls lately. Two times are kept, each of a call that was a sixteenth: between the older one
/// and now there were at least sixteen. No lock and no atomic step, because a count that is lost here or there does no harm.
/// </summary>
internal sealed class GoodCalls(TimeProvider time)
{
    /// <summary>How many are many.</summary>
    public const int Many = 16;

    private int _count;
    private long _mark = time.GetTimestamp();
    private long _markBefore;

    public void Note()
    {
        if ((++_count & (Many - 1)) != 0)
            return;
        Volatile.Write(ref _markBefore, Volatile.Read(ref _mark));
        Volatile.Write(ref _mark, time.GetTimestamp());
    }

    public bool WereMany(TimeSpan within)
    {
        var mark = Volatile.Read(ref _markBefore);
        return mark != 0 && time.GetElapsedTime(mark) <= within;
    }

    public void Forget() => Volatile.Write(ref _markBefore, 0);
}
