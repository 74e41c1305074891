namespace Berth.Registry.Search;

/// <summary>Counts changes, so that what was put together before the last one is known to be out of date.</summary>
internal sealed class ChangeCount
{
    private long _value;

    /// <summary>Changes so far.</summary>
    public long Value => Volatile.Read(ref _value);

    /// <summary>One more, after it was made.</summary>
    public void Add() => Interlocked.Increment(ref _value);
}
