using System.Diagnostics;
using Berth.Host.Health;
using Berth.Host.Observability;
using Berth.Host.Services;
using Berth.Host.Services.CrossPlugin;
using Berth.Host.Usage;
using Microsoft.AspNetCore.Http;

namespace Berth.Host.Dispatch;

/// <summary>
/// One request in a plugin's pipeline. It runs as a work item of its own, so that the caller gets its answer at the time
/// limit even from code that ignores every token; what goes on after that is a stray, which holds a reference to the
/// instance until it ends and can reach nothing of the server's.
/// </summary>
/// <remarks>
/// An instance that gives its threads back quickly runs on the request's own thread (<see cref="CallPace"/>). Should it
/// hold that one past the limit after all, the connection is aborted instead of answered, and it never does so again.
/// </remarks>
internal sealed class PluginCall : IThreadPoolWorkItem
{
    private readonly TaskCompletionSource<DispatchOutcome> _completion = new();
    private readonly RunningInstance _instance;
    private readonly HttpContext _host;
    private readonly RequestDelegate _endpoints;
    private readonly TimeSpan _limit;
    private readonly Activity? _trace;
    private readonly Activity? _activity;
    private readonly CallRequest _request;
    private readonly CallResponse _response;
    private readonly CallServices _services;
    private readonly CallFeatures _features;
    private readonly BreakerPass _pass;
    private readonly PluginScope _scope;
    private ITimer? _timer;
    private long _began;
    private long _started;
    private DispatchOutcome? _late;
    private int _writesSeen;
    private int _isAnswered;
    private volatile bool _holdsThread;

    public PluginCall(RunningInstance instance, HttpContext host, CallRequest request, CallServices services, RequestDelegate endpoints, BreakerPass pass, PluginScope scope)
    {
        _pass = pass;
        _scope = scope;
        _instance = instance;
        _host = host;
        _endpoints = endpoints;
        _limit = instance.RequestTimeLimit;
        _trace = CallTrace.Start(CallKind.Request, instance.Parts.Id, instance.IsTraced);
        _activity = _trace ?? Activity.Current;
        _request = request;
        _response = new CallResponse(host);
        _services = services;
        _features = new CallFeatures(request, _response, services);
    }

    public override string ToString() => $"{_request.Method} {_request.Path}";

    public Task<DispatchOutcome> StartAsync()
    {
        _began = Stopwatch.GetTimestamp();
        if (_instance.Pace.IsInline)
        {
            ExecutionContext.Run(InlineCalls.CleanFlow, static call => ((PluginCall)call!).ExecuteInline(), this);
        }
        else
        {
            StartTimer(_limit);
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
        }

        return _completion.Task;
    }

    void IThreadPoolWorkItem.Execute()
    {
        _started = Stopwatch.GetTimestamp();
        Activity.Current = _activity;
        PluginScope.Current = _scope;
        _holdsThread = true;
        var answer = RunAsync();
        _holdsThread = false;
        _instance.Pace.Note(Stopwatch.GetElapsedTime(_started));
        EndWith(answer);
    }

    /// <summary>On the watch's thread, while this call holds its request's thread.</summary>
    public void CheckInlineLimit()
    {
        if (Stopwatch.GetElapsedTime(_started) < _limit)
            return;
        if (HasMoved())
        {
            _started = Stopwatch.GetTimestamp();
            return;
        }

        if (!TryAnswerLate())
            return;
        _instance.Pace.NeverInline();
        // The server's code waits below the plugin's on the very thread that does not come back: nobody could answer.
        _host.Abort();
        _completion.SetResult(DispatchOutcome.Completed.Instance);
    }

    private void ExecuteInline()
    {
        _started = Stopwatch.GetTimestamp();
        Activity.Current = _activity;
        PluginScope.Current = _scope;
        InlineCalls.Enter(this);
        _holdsThread = true;
        var answer = RunAsync();
        _holdsThread = false;
        InlineCalls.Leave();
        var held = Stopwatch.GetElapsedTime(_started);
        _instance.Pace.Note(held);
        if (!answer.IsCompleted)
        {
            StartTimer(held < _limit ? _limit - held : TimeSpan.Zero);
            // The watch may have answered just before the timer was there to be stopped.
            if (Volatile.Read(ref _isAnswered) != 0)
                _timer!.Dispose();
        }

        EndWith(answer);
    }

    private void StartTimer(TimeSpan limit) =>
        _timer = _instance.Time.CreateTimer(static call => ((PluginCall)call!).CheckLimit(), this, limit, Timeout.InfiniteTimeSpan);

    private void EndWith(ValueTask<DispatchOutcome> answer)
    {
        if (answer.IsCompletedSuccessfully)
            End(answer.Result);
        else
            // Not on the plugin's thread: the server's next work would otherwise run on top of the plugin's stack.
            _ = answer.AsTask().ContinueWith(static (task, call) => ((PluginCall)call!).End(task.Result), this, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private async ValueTask<DispatchOutcome> RunAsync()
    {
        var outcome = await AnswerAsync();
        if (_features.Stray is { } stray)
            _instance.HoldUntil(stray, $"a guard of {this}");
        try
        {
            await _services.DisposeAsync();
            await _response.RunCompletedAsync();
        }
        catch (Exception exception)
        {
            outcome = new DispatchOutcome.Crashed(ForeignCode.Describe(exception));
        }

        return outcome;
    }

    private async ValueTask<DispatchOutcome> AnswerAsync()
    {
        try
        {
            var context = new DefaultHttpContext(_features);
            await _endpoints(context);
            if (_features.Verdict is { } verdict)
                return verdict;
            await _response.FinishAsync();
            return DispatchOutcome.Completed.Instance;
        }
        catch (BadHttpRequestException exception)
        {
            return new DispatchOutcome.BadRequest(exception.StatusCode, exception.Message);
        }
        catch (CapabilityDeniedException exception)
        {
            _instance.Monitor.CapabilityDenied(exception, _scope.UserId);
            return new DispatchOutcome.Denied("capability.denied", exception.Message);
        }
        catch (ServiceRefusedException exception)
        {
            // The plugin may throw one of its own: the code that the caller sees is one that the pages list.
            return new DispatchOutcome.Denied(ServiceRefusal.IsKnown(exception.Code) ? exception.Code : "service.refused", exception.Message);
        }
        catch (ServiceWithdrawnException exception)
        {
            return new DispatchOutcome.ServiceWithdrawn(exception.Message);
        }
        catch (Exception exception)
        {
            return new DispatchOutcome.Crashed(ForeignCode.Describe(exception));
        }
    }

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
            _timer?.Change(_instance.StallLimit, Timeout.InfiniteTimeSpan);
            return;
        }

        if (TryAnswerLate())
            _completion.SetResult(_late!);
    }

    // A response that has started may take as long as it likes, as long as it moves or waits for the client.
    private bool HasMoved()
    {
        if (!_response.HasStarted || (!_response.IsWriting && _response.Writes == _writesSeen))
            return false;
        _writesSeen = _response.Writes;
        return true;
    }

    private bool TryAnswerLate()
    {
        // Named before the mark is set, so that a call that ends right then finds its name to take back.
        _instance.AddStray(this);
        if (Interlocked.Exchange(ref _isAnswered, 1) != 0)
        {
            _instance.RemoveStray(this);
            return false;
        }

        _late = Answer(new DispatchOutcome.TimedOut(_limit));
        return true;
    }

    // Exactly once a call, by whoever set the mark: from here on the plugin reaches nothing of the server's.
    private DispatchOutcome Answer(DispatchOutcome outcome)
    {
        _timer?.Dispose();
        var hasNotStarted = _response.TryClose();
        var isClientSlow = _request.IsWaitingForClient;
        _request.Detach();
        _request.Ending.End();
        var isClientGone = outcome is DispatchOutcome.Crashed && _host.RequestAborted.IsCancellationRequested;
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
            Limit = _limit,
            IsClientSlow = isClientSlow,
            HoldsThread = _holdsThread || (result == CallResult.TimedOut && FlowPlace.Holds(_scope, _limit / 4)),
        };
    }
}
