using System.Collections.Concurrent;

namespace Berth.Host.Tests.Beds;

/// <summary>The system's clock, whose timers go off when they are told and not by themselves.</summary>
internal sealed class HandTime : TimeProvider
{
    private readonly ConcurrentDictionary<Timer, byte> _timers = new();

    /// <summary>How many timers there are.</summary>
    public int Timers => _timers.Count;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        _timers[timer] = 0;
        return timer;
    }

    /// <summary>All go off once.</summary>
    public void Tick()
    {
        foreach (var timer in _timers.Keys)
            timer.GoOff();
    }

    private sealed class Timer(HandTime time, Action goOff) : ITimer
    {
        public void GoOff() => goOff();

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() => time._timers.TryRemove(this, out _);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
