namespace Berth.Host.Resources;

/// <summary>One timer of an instance. Followed while it is set; one that has fired for the last time holds nothing and is let go.</summary>
internal sealed class OwnedTimer : ITimer
{
    private readonly InstanceResources _resources;
    private readonly TimerCallback _callback;
    private readonly object? _state;
    private readonly ITimer _inner;
    private volatile bool _isRepeated;

    public OwnedTimer(InstanceResources resources, TimeProvider host, TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _resources = resources;
        _callback = callback;
        _state = state;

        // Set only when it is followed: it might fire before.
        _inner = host.CreateTimer(static timer => ((OwnedTimer)timer!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Change(dueTime, period);
    }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        _isRepeated = period != Timeout.InfiniteTimeSpan && period != TimeSpan.Zero;
        if (dueTime == Timeout.InfiniteTimeSpan)
            _resources.Remove(this);
        else if (!_resources.Add(this))
            return false;
        return _inner.Change(dueTime, period);
    }

    public void Dispose()
    {
        _resources.Remove(this);
        _inner.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        _resources.Remove(this);
        return _inner.DisposeAsync();
    }

    private void Fire()
    {
        if (!_isRepeated)
            _resources.Remove(this);
        _callback(_state);
    }
}
