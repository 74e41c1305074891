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
    private static readonly TimeSpan TrialPause = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly GoodCalls _good = new(time);
    private volatile View _view = new(BreakerState.Closed, 0, null, null, null, 0);
    private volatile bool _isWatching;
    private BreakerCircuit? _circuit;
    private int _places;
    private int _needed;
    private DateTimeOffset _lastBad;
    private long _refused;

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
    public void Leave(in EndedCall call, CallVerdict verdict)
    {
        if (!_isWatching && verdict != CallVerdict.Bad)
        {
            if (verdict == CallVerdict.Good)
                _good.Note();
            return;
        }

        if (!rules.IsOn)
            return;
        View before;
        lock (_lock)
        {
            before = _view;
            if (call.Pass.IsProbe && call.Pass.Round == before.Round)
                EndProbe(call, verdict);

            // What began before the last change cannot tell whether it works now.
            else if (before.State == BreakerState.Closed && verdict != CallVerdict.None && (call.Pass == BreakerPass.Outside || call.Pass.Round == before.Round))
                Tell(call, verdict == CallVerdict.Bad);
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
        return new BreakerSnapshot(view.State, view.Since, view.Reason, left < TimeSpan.Zero ? TimeSpan.Zero : left, view.Opened, Interlocked.Read(ref _refused), rules);
    }

    private bool TryEnterTrial(out BreakerPass pass, out TimeSpan retryAfter)
    {
        // Without the lock: during a break this is what every caller does.
        pass = BreakerPass.Outside;
        var now = time.GetUtcNow();
        retryAfter = (_view.OpenUntil ?? now) - now;
        if (retryAfter > TimeSpan.Zero)
        {
            Interlocked.Increment(ref _refused);
            return false;
        }

        View before;
        bool isIn;
        lock (_lock)
        {
            before = _view;
            isIn = TryEnterTrial(now, out pass);
            retryAfter = isIn ? TimeSpan.Zero : TrialPause;
        }

        if (!isIn)
            Interlocked.Increment(ref _refused);
        if (_view != before)
            Changed?.Invoke();
        return isIn;
    }

    private bool TryEnterTrial(DateTimeOffset now, out BreakerPass pass)
    {
        if (_view.State == BreakerState.Open && now >= _view.OpenUntil)
            StartTrial(now);

        // A trial whose calls were never given back would last for ever; like Polly's probe it is begun again after a break's time.
        else if (_view.State == BreakerState.HalfOpen && _places == 0 && now - _view.Since >= rules.RecoveryTimeout)
            StartTrial(now);

        pass = new BreakerPass(_view.Round, IsProbe: _view.State == BreakerState.HalfOpen);
        if (_view.State != BreakerState.HalfOpen)
            return _view.State == BreakerState.Closed;
        if (_places == 0)
            return false;
        _places--;
        return true;
    }

    private void StartTrial(DateTimeOffset now)
    {
        var isNew = _view.State == BreakerState.Open;
        _places = _needed = rules.HalfOpenMaxCalls;
        _view = _view with { State = BreakerState.HalfOpen, Round = _view.Round + 1, Since = now, OpenUntil = null };
        if (isNew)
            events.Raise(new BreakerHalfOpened(id.Slug, id.Version), id);
    }

    private void EndProbe(in EndedCall call, CallVerdict verdict)
    {
        switch (verdict)
        {
            case CallVerdict.None:
                _places++;
                break;
            case CallVerdict.Good when _needed > 1:
                _needed--;
                break;
            default:
                EndTrial(call, verdict == CallVerdict.Bad);
                break;
        }
    }

    private void EndTrial(in EndedCall call, bool isBad)
    {
        if (_circuit!.Conclude(isBad) is { } left)
            Open(left, _view.Reason!);
        else if (_circuit.IsOpen)
            Open(rules.RecoveryTimeout, $"A call after the break was bad again: {call.Describe()}");
        else
            Close();
    }

    private void Tell(in EndedCall call, bool isBad)
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
            Open(rules.RecoveryTimeout, $"At least {rules.FailureThreshold} calls, and half of all, were bad within {rules.Window.TotalSeconds:0.###} s. The last one: {call.Describe()}");
    }

    private void StartWatch()
    {
        // Made only now: most instances never need one.
        _circuit ??= new BreakerCircuit(rules, time);
        // Many good calls before the first bad one are told as well: one user's burst of broken requests does not take a busy
        // plugin from everybody, and a busy plugin that breaks altogether is found out after as many.
        if (_good.WereMany(rules.Window))
        {
            for (var good = 0; good < GoodCalls.Many; good++)
                _circuit.Tell(isBad: false);
        }

        _isWatching = true;
    }

    private void EndWatch()
    {
        _good.Forget();
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

    private sealed record View(BreakerState State, int Round, DateTimeOffset? Since, DateTimeOffset? OpenUntil, string? Reason, long Opened);
}
