using System.Diagnostics;
using Berth.Host.Health;
using Berth.Host.Observability;
using Berth.Host.Services;
using Berth.Host.Services.CrossPlugin;
using Berth.Worker.Calls;
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
internal sealed partial class PluginCall : IThreadPoolWorkItem
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
    private readonly bool _isElsewhere;
    private ITimer? _timer;
    private CallRegister<PluginCall>.Place _place;
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
        _isElsewhere = instance.Parts.Worker is not null;
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
        if (_instance.Stopped is null)
        {
            if (Stopwatch.GetElapsedTime(_started) < _limit)
                return;
            if (HasMoved())
            {
                _started = Stopwatch.GetTimestamp();
                return;
            }
        }

        if (!TryAnswer((DispatchOutcome?)StoppedOutcome() ?? LateOutcome()))
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
                StopWaiting();
        }

        EndWith(answer);
    }

    private void StartTimer(TimeSpan limit)
    {
        // Before the timer, whose end takes it out again.
        _place = _instance.Waiting.Enter(this);
        _timer = _instance.Time.CreateTimer(static call => ((PluginCall)call!).CheckLimit(), this, limit, Timeout.InfiniteTimeSpan);
        // Whoever stopped the instance just before did not find it there.
        if (_instance.Stopped is not null)
            AnswerStopped();
    }

    // Without waiting for a callback that runs: it may be the one that answers.
    private void StopWaiting()
    {
        _timer?.Dispose();
        _place.Leave(this);
    }

    private void EndWith(ValueTask<DispatchOutcome> answer)
    {
        if (answer.IsCompletedSuccessfully)
        {
            End(answer.Result);
            return;
        }

        // Not on the plugin's thread: the server's next work would otherwise run on top of the plugin's stack. Of a plugin in a
        // worker nothing is on this stack.
        var where = _isElsewhere ? TaskContinuationOptions.ExecuteSynchronously : TaskContinuationOptions.None;
        _ = answer.AsTask().ContinueWith(static (task, call) => ((PluginCall)call!).End(task.Result), this, CancellationToken.None, where, TaskScheduler.Default);
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
        if (StoppedOutcome() is { } stopped)
            return stopped;
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
            return (DispatchOutcome?)StoppedOutcome() ?? new DispatchOutcome.Crashed(ForeignCode.Describe(exception));
        }
    }
}
