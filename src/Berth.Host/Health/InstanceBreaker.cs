using Berth.Events;
using Berth.Host.Events;

namespace Berth.Host.Health;

/// <summary>
/// The circuit breaker of one instance. Polly decides (<see cref="BreakerCircuit"/>), and takes a lock for each call; so as
/// long as nothing bad has happened within the window, a call costs one volatile read when it begins and one when it ends.
/// The first bad call starts the watch, in which Polly is told of every call, and a quiet window ends it.
/// </summary>
/// <remarks>
/// After the break a trial decides: as many calls as may be let through have to be good, and the first bad one ends it. To
/// Polly the whole trial is its one probe.
/// </remarks>
internal sealed class InstanceBreaker(PluginVersionId id, BreakerRules rules, TimeProvider time, IHostEvents events)
{
    // So many good calls within the window before the first bad one are told to Polly as well: one user's burst of broken
    // requests does not close a busy plugin, and a busy plugin that breaks altogether is found out after as many.
    private const int Many = 16;

    private static readonly TimeSpan TrialPause = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private volatile View _view = new(BreakerState.Closed, 0, null, null, null, 0);
    private volatile bool _isWatching;
    private BreakerCircuit? _circuit;
    private Trial _trial;
    private DateTimeOffset _lastBad;
    private int _good;
    private long _markAt = time.GetTimestamp();
    private long _markBeforeAt;

    /// <summary>Called after each change of the state, on whatever thread made it, under no lock: read <see cref="State"/> there.</summary>
    public Action? Changed { get; set; }

    public BreakerState State => _view.State;

    /// <summary>Lets a call through, or says when to try again.</summary>
    public bool TryEnter(out BreakerPass pass, out TimeSpan retryAfter)
    {
        var view = _view;
        if (view.State == BreakerState.Closed)
        {
            pass = new BreakerPass(view.Round, IsProbe: false);
            retryAfter = TimeSpan.Zero;
            return true;
        }

        return TryEnterTrial(out pass, out retryAfter);
    }

    /// <summary>Takes note of how a call ended. Exactly once for each that was let through.</summary>
    /// <param name="pass">What it got.</param>
    /// <param name="verdict">What it says.</param>
    /// <param name="call">Names it by its <c>ToString</c>; asked only when it opens the breaker.</param>
    /// <param name="reason">What was bad about it.</param>
    public void Leave(BreakerPass pass, CallVerdict verdict, object call, string? reason)
    {
        if (!_isWatching && verdict != CallVerdict.Bad)
        {
            if (verdict == CallVerdict.Good)
                NoteGood();
            return;
        }

        if (!rules.IsOn)
            return;
        View before;
        lock (_lock)
        {
            before = _view;
            // Began before the last change: whether it works now is not what such a call can tell.
            if (pass.Round != before.Round)
                return;
            if (pass.IsProbe)
                EndProbe(verdict, call, reason);
            else if (verdict != CallVerdict.None)
                Tell(verdict == CallVerdict.Bad, call, reason);
        }

        if (_view != before)
            Changed?.Invoke();
    }

    /// <summary>Closes the breaker by an administrator's decision. Returns whether it was not closed.</summary>
    public bool Reset()
    {
        lock (_lock)
        {
            _circuit = null;
            _isWatching = false;
            if (_view.State == BreakerState.Closed)
                return false;
            Close();
        }

        Changed?.Invoke();
        return true;
    }

    public BreakerSnapshot Snapshot()
    {
        var view = _view;
        TimeSpan? left = view.OpenUntil is { } until ? until - time.GetUtcNow() : null;
        return new BreakerSnapshot(view.State, view.Since, view.Reason, left < TimeSpan.Zero ? TimeSpan.Zero : left, view.Opened, rules);
    }

    private bool TryEnterTrial(out BreakerPass pass, out TimeSpan retryAfter)
    {
        // Without the lock: during a break this is what every caller does.
        pass = BreakerPass.Outside;
        var now = time.GetUtcNow();
        retryAfter = (_view.OpenUntil ?? now) - now;
        if (retryAfter > TimeSpan.Zero)
            return false;

        View before;
        bool isIn;
        lock (_lock)
        {
            before = _view;
            isIn = TryEnterTrial(now, out pass);
            retryAfter = isIn ? TimeSpan.Zero : TrialPause;
        }

        if (_view != before)
            Changed?.Invoke();
        return isIn;
    }

    private bool TryEnterTrial(DateTimeOffset now, out BreakerPass pass)
    {
        if (_view.State == BreakerState.Open && now >= _view.OpenUntil)
            StartTrial(now);

        // A trial whose calls were never given back would last for ever; like Polly's probe it is begun again after a break's time.
        else if (_view.State == BreakerState.HalfOpen && _trial.Places == 0 && now - _view.Since >= rules.RecoveryTimeout)
            StartTrial(now);

        pass = new BreakerPass(_view.Round, IsProbe: _view.State == BreakerState.HalfOpen);
        if (_view.State != BreakerState.HalfOpen)
            return _view.State == BreakerState.Closed;
        if (_trial.Places == 0)
            return false;
        _trial = _trial with { Places = _trial.Places - 1 };
        return true;
    }

    private void StartTrial(DateTimeOffset now)
    {
        var isNew = _view.State == BreakerState.Open;
        _trial = new Trial(rules.HalfOpenMaxCalls, rules.HalfOpenMaxCalls);
        _view = _view with { State = BreakerState.HalfOpen, Round = _view.Round + 1, Since = now, OpenUntil = null };
        if (isNew)
            events.Raise(new BreakerHalfOpened(id.Slug, id.Version), id);
    }

    private void EndProbe(CallVerdict verdict, object call, string? reason)
    {
        switch (verdict)
        {
            case CallVerdict.None:
                _trial = _trial with { Places = _trial.Places + 1 };
                break;
            case CallVerdict.Good when _trial.Needed > 1:
                _trial = _trial with { Needed = _trial.Needed - 1 };
                break;
            default:
                EndTrial(verdict == CallVerdict.Bad, call, reason);
                break;
        }
    }

    private void EndTrial(bool isBad, object call, string? reason)
    {
        if (_circuit!.Conclude(isBad) is { } left)
            Open(left, _view.Reason!);
        else if (_circuit.IsOpen)
            Open(rules.RecoveryTimeout, $"A call after the break was bad again: {call} {reason}");
        else
            Close();
    }

    private void Tell(bool isBad, object call, string? reason)
    {
        var now = time.GetUtcNow();
        if (isBad)
        {
            if (!_isWatching)
                StartWatch();
            _lastBad = now;
        }
        else if (!_isWatching || now - _lastBad > rules.Window)
        {
            EndWatch();
            return;
        }

        _circuit!.Tell(isBad);
        if (_circuit.IsOpen)
            Open(rules.RecoveryTimeout, $"At least {rules.FailureThreshold} calls, and half of all, were bad within {rules.Window.TotalSeconds:0.###} s. The last one: {call} {reason}");
    }

    private void StartWatch()
    {
        // Made only now: most instances never need one.
        _circuit ??= new BreakerCircuit(rules, time);
        var mark = Volatile.Read(ref _markBeforeAt);
        if (mark != 0 && time.GetElapsedTime(mark) <= rules.Window)
        {
            for (var good = 0; good < Many; good++)
                _circuit.Tell(isBad: false);
        }

        _isWatching = true;
    }

    private void EndWatch()
    {
        _markBeforeAt = 0;
        _isWatching = false;
    }

    private void Open(TimeSpan recovery, string reason)
    {
        var now = time.GetUtcNow();
        _view = new View(BreakerState.Open, _view.Round + 1, now, now + recovery, reason, _view.Opened + 1);
        events.Raise(new BreakerOpened(id.Slug, id.Version, reason, recovery.TotalMilliseconds), id);
    }

    private void Close()
    {
        _view = _view with { State = BreakerState.Closed, Round = _view.Round + 1, Since = time.GetUtcNow(), OpenUntil = null };
        events.Raise(new BreakerClosed(id.Slug, id.Version), id);
    }

    // Two times are kept, each of a call that was a sixteenth: between the older one and now there were at least sixteen. No
    // lock and no atomic step, because a count that is lost here or there does no harm.
    private void NoteGood()
    {
        if ((++_good & (Many - 1)) != 0)
            return;
        Volatile.Write(ref _markBeforeAt, Volatile.Read(ref _markAt));
        Volatile.Write(ref _markAt, time.GetTimestamp());
    }

    private sealed record View(BreakerState State, int Round, DateTimeOffset? Since, DateTimeOffset? OpenUntil, string? Reason, long Opened);

    private readonly record struct Trial(int Places, int Needed);
}
