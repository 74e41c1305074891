using System.Diagnostics;
using Berth.Host.Health;
using Berth.Host.Observability;
using Berth.Host.Usage;

namespace Berth.Host.Dispatch;

/// <summary>How a call is answered: by its own end, at its time limit, or when its version is stopped; once, by whoever comes first.</summary>
internal sealed partial class PluginCall
{
    private DispatchOutcome.Stopped? StoppedOutcome() => _instance.Stopped is { } why ? new DispatchOutcome.Stopped(why.Code, why.Reason) : null;

    private void End(DispatchOutcome outcome)
    {
        if (Interlocked.Exchange(ref _isAnswered, 1) != 0)
        {
            _instance.RemoveStray(this);
            _instance.Release();
            return;
        }

        outcome = Answer(outcome);

        // The reference first: completing runs the server's continuation here, which may take its time.
        _instance.Release();
        _completion.SetResult(outcome);
    }

    private void CheckLimit()
    {
        if (HasMoved())
        {
            _timer?.Change(_instance.NextLook(Stopwatch.GetElapsedTime(_began)), Timeout.InfiniteTimeSpan);
            return;
        }

        if (TryAnswer(LateOutcome()))
            _completion.SetResult(_late!);
    }

    /// <summary>Answers with why the instance was stopped, unless it is answered already.</summary>
    public void AnswerStopped()
    {
        if (TryAnswer(StoppedOutcome()!))
            _completion.SetResult(_late!);
    }

    // A response that has started may take as long as it likes, as long as it moves or waits for the client, unless the host bounds the whole.
    private bool HasMoved()
    {
        if (!_response.HasStarted || _instance.AnswerLimit <= Stopwatch.GetElapsedTime(_began) || (!_response.IsWriting && _response.Writes == _writesSeen))
            return false;
        _writesSeen = _response.Writes;
        return true;
    }

    private DispatchOutcome.TimedOut LateOutcome() =>
        new(_response.HasStarted && _instance.AnswerLimit is { } most && Stopwatch.GetElapsedTime(_began) >= most ? most : _limit);

    // Before the plugin's code has ended.
    private bool TryAnswer(DispatchOutcome outcome)
    {
        // Named before the mark is set, so that a call that ends right then finds its name to take back.
        _instance.AddStray(this);
        if (Interlocked.Exchange(ref _isAnswered, 1) != 0)
        {
            _instance.RemoveStray(this);
            return false;
        }

        _late = Answer(outcome);
        return true;
    }

    // Exactly once a call, by whoever set the mark: from here on the plugin reaches nothing of the server's.
    private DispatchOutcome Answer(DispatchOutcome outcome)
    {
        StopWaiting();
        var hasNotStarted = _response.TryClose();
        var isClientSlow = _request.IsWaitingForClient;
        _request.Detach();
        if (_isElsewhere && outcome is not (DispatchOutcome.TimedOut or DispatchOutcome.Stopped))
            _request.Ending.EndHere();
        else
            _request.Ending.End();
        var isClientGone = outcome is DispatchOutcome.Crashed && _host.RequestAborted.IsCancellationRequested && !_request.IsAborted;
        var ended = Ended(outcome, isClientGone, isClientSlow);
        _instance.Monitor.Ended(ended);
        CallTrace.End(_trace, ended.Result, ended.Reason);
        if (outcome is DispatchOutcome.Completed || (hasNotStarted && !isClientGone))
            return outcome;
        _host.Abort();
        return DispatchOutcome.Completed.Instance;
    }

    private EndedCall Ended(DispatchOutcome outcome, bool isClientGone, bool isClientSlow)
    {
        var (result, reason) = outcome switch
        {
            _ when isClientGone => (CallResult.Abandoned, null),
            DispatchOutcome.Crashed crashed => (CallResult.Failed, crashed.Reason),
            DispatchOutcome.TimedOut late => (CallResult.TimedOut, $"took longer than {late.Limit.TotalSeconds:0.###} s and did not stop by itself."),
            DispatchOutcome.Denied denied => (CallResult.Denied, denied.Reason),
            DispatchOutcome.ServiceWithdrawn withdrawn => (CallResult.Refused, withdrawn.Reason),
            DispatchOutcome.Completed => (CallResult.Succeeded, null),
            _ => (CallResult.Refused, (string?)null),
        };
        var now = Stopwatch.GetTimestamp();
        var own = Stopwatch.GetElapsedTime(_began, _response.StartedAt == 0 ? now : _response.StartedAt) - _request.WaitedForClient;
        return new EndedCall(CallKind.Request, this, result, reason, Stopwatch.GetElapsedTime(_began, now))
        {
            Pass = _pass,
            OwnTime = own,
            Limit = (outcome as DispatchOutcome.TimedOut)?.Limit ?? _limit,
            IsClientSlow = isClientSlow,
            HoldsThread = _holdsThread || (result == CallResult.TimedOut && FlowPlace.Holds(_scope, _limit / 4)),
        };
    }
}
