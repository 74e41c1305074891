using System.Collections.Concurrent;
using Berth.Host.Calls;
using Berth.Host.Dispatch;
using Berth.Host.Events;
using Berth.Host.Health;
using Berth.Host.Isolation;
using Berth.Host.Pipeline;
using Berth.Host.Resources;
using Berth.Host.Services;
using Berth.Host.States;
using Berth.Host.Usage;
using Berth.Worker.Calls;
using Microsoft.AspNetCore.Http;

namespace Berth.Host;

/// <summary>One loaded version while it runs: its leases, its calls, and the calls that outlived their time.</summary>
internal sealed class RunningInstance
{
    private readonly ConcurrentDictionary<object, string> _strays = new();
    private readonly LeaseCounter _leases = new();
    private readonly HostOptions _options;

    // Never disposed: a late call looks at it.
    private readonly CancellationTokenSource _stopping = new();
    private volatile LeaseOutcome.Failed? _stopped;
    private long _lastUsed;
    private long _requestTicks;

    public RunningInstance(InstanceParts parts, InstanceCounts counts, HostOptions options, TimeProvider time, IHostEvents events)
    {
        Parts = parts;
        Time = time;
        Usage = InstanceUsage.Of(parts.Id);
        var rules = BreakerRules.Of(options.Breaker, parts.Files!.TrustLevel, parts.Files.Manifest.Monitoring.CircuitBreaker);
        Breaker = new InstanceBreaker(parts.Id, rules, time, events) { Changed = FollowBreaker };
        Monitor = new InstanceMonitor(parts.Id, counts, Breaker, rules, Usage, events);
        if (parts.Events is { } subscriptions)
            subscriptions.Monitor = Monitor;
        _options = options;
        _lastUsed = time.GetTimestamp();
        LoadedAt = time.GetUtcNow();
        IsTraced = parts.Files.Manifest.Monitoring.EnableTracing;
        RequestTimeLimit = parts.Limits.RequestTime;
        Health = new PluginHealth(this, options);
        Lifecycle = new LifecycleCalls(this, parts.HasOwnLifecycleManager, options.LifecycleTimeLimit);
    }

    public InstanceParts Parts { get; }

    public InstanceUsage Usage { get; }

    public TimeProvider Time { get; }

    public LifecycleCalls Lifecycle { get; }

    /// <summary>What it says of itself.</summary>
    public PluginHealth Health { get; }

    /// <summary>Hears of every call.</summary>
    public InstanceMonitor Monitor { get; }

    /// <summary>Keeps calls away while too many of them are bad.</summary>
    public InstanceBreaker Breaker { get; }

    public CallPace Pace { get; } = new();

    /// <summary>The requests that are answered when it is stopped, however long they would go on.</summary>
    public CallRegister<PluginCall> Waiting { get; } = new();

    /// <summary>Told when the instance stops or starts again to answer well, with the reason.</summary>
    public Action<bool, string>? DegradedChanged { get; set; }

    public DateTimeOffset LoadedAt { get; }

    /// <summary>How long a request may take that begins now.</summary>
    public TimeSpan RequestTimeLimit
    {
        get => TimeSpan.FromTicks(Volatile.Read(ref _requestTicks));
        private set => Volatile.Write(ref _requestTicks, value.Ticks);
    }

    /// <summary>Takes over changed limits that need no reload: those of what runs in the host's own process.</summary>
    public void Take(WorkerLimits limits)
    {
        if (limits == Parts.Limits)
            return;
        Parts.Limits = limits;
        RequestTimeLimit = limits.RequestTime;
        if (Parts.Context is not { } context)
            return;
        context.Limits = limits;
        context.Resources.Http.Limit(limits.NetworkBytesPerSecond);
    }

    /// <summary>Whether the plugin's manifest wants activities of the calls into it.</summary>
    public bool IsTraced { get; }

    /// <summary>How long a response that has started may pause.</summary>
    public TimeSpan StallLimit => _options.RequestTimeLimit;

    /// <summary>How long a request may take whose response has started and moves; <see langword="null"/>: for ever.</summary>
    public TimeSpan? AnswerLimit => _options.AnswerTimeLimit;

    /// <summary>When a request whose response moves is looked at again: after a pause that is too long, or when the bound of the whole is reached.</summary>
    /// <param name="elapsed">How long it has taken so far.</param>
    public TimeSpan NextLook(TimeSpan elapsed)
    {
        if (AnswerLimit is not { } most || most - elapsed > StallLimit)
            return StallLimit;
        // A timer counts whole milliseconds: one that comes before the bound sees no move since, and takes that for a pause.
        return most > elapsed ? TimeSpan.FromMilliseconds(Math.Ceiling((most - elapsed).TotalMilliseconds) + 1) : TimeSpan.Zero;
    }

    /// <summary>Why it was stopped for good, and what its callers are told; <see langword="null"/> until then.</summary>
    public LeaseOutcome.Failed? Stopped => _stopped;

    /// <summary>Cancelled when it is stopped for good. For the host's own waits: the plugin's tokens are others.</summary>
    public CancellationToken Stopping => _stopping.Token;

    public int Leases => _leases.Count;

    public Task Drained => _leases.Drained;

    /// <summary>What it holds that ends with it.</summary>
    public ResourceCounts? Resources => Parts.Context is { Resources: var resources } ? new ResourceCounts(resources.Timers, resources.Owned, Parts.HostedServices.Count) : null;

    public TimeSpan IdleFor => Time.GetElapsedTime(Volatile.Read(ref _lastUsed));

    public bool TryAcquire() => _leases.TryAcquire();

    public void Release()
    {
        // Before the count goes down: whoever sees zero leases must see this time, not an older one.
        Volatile.Write(ref _lastUsed, Time.GetTimestamp());
        _leases.Release();
    }

    /// <summary>Gives back a reference that nobody used the instance with: its idle time goes on.</summary>
    public void ReleaseUnused() => _leases.Release();

    public bool TryCloseIdle() => _leases.TryCloseIdle();

    public void Close() => _leases.Close();

    /// <summary>
    /// Ends all calls at once: each is answered with <paramref name="why"/>, whatever the plugin's code does. A worker is killed; in
    /// process the tokens are cancelled, which is all that can be done to code there.
    /// </summary>
    public void Stop(LeaseOutcome.Failed why)
    {
        if (_stopped is not null)
            return;
        _stopped = why;
        Parts.IsStopped = true;
        // The answers before the kill: a call that sees its worker die is to know why.
        _ = _stopping.CancelAsync().ContinueWith(static task => task.Exception, TaskScheduler.Default);
        // A request either sees that it is stopped, or is found.
        Interlocked.MemoryBarrier();
        ThreadPool.UnsafeQueueUserWorkItem(static instance => instance.AnswerWaiting(), this, preferLocal: false);
        Parts.Worker?.Kill();
        _ = Parts.Context?.CancelAsync().ContinueWith(static task => task.Exception, TaskScheduler.Default);
    }

    /// <summary>For a lease holder: the call holds a reference of its own until its code has really ended.</summary>
    public Task<DispatchOutcome> DispatchAsync(HttpContext context, IUserScope user, PathString pathBase, PathString path)
    {
        if (_stopped is { } why)
            return Task.FromResult<DispatchOutcome>(new DispatchOutcome.Stopped(why.Code, why.Reason));
        if (!Monitor.TryEnter(out var pass, out var retryAfter))
            return Task.FromResult<DispatchOutcome>(new DispatchOutcome.BreakerOpen(retryAfter));

        // Read once: an unload that did not wait for its leases may empty the parts at any moment.
        if (Parts is not { Context: { } plugin, Provider: { } provider, Endpoints: { } endpoints })
        {
            Monitor.Ended(new EndedCall(CallKind.Request, path, CallResult.Abandoned, null, TimeSpan.Zero) { Pass = pass });
            return Task.FromResult<DispatchOutcome>(new DispatchOutcome.Crashed($"{Parts.Id} was unloaded while its lease was held. Take a new lease."));
        }

        var request = new CallRequest(context, user.User, pathBase, path, plugin.Unloading);
        var call = new PluginCall(this, context, request, new CallServices(provider, user, request.Ending), endpoints, pass, new PluginScope(Parts.Id, user.User.Id, Usage));
        _leases.Add();
        return call.StartAsync();
    }

    /// <summary>Takes a reference for somebody who holds a lease.</summary>
    public void AddReference() => _leases.Add();

    /// <summary>What still runs: requests that were answered with a time-out and lifecycle calls by name, others by number.</summary>
    public IEnumerable<string> DescribeHolders()
    {
        foreach (var name in _strays.Values)
            yield return $"a call that still runs: {name}";
        if (Leases > _strays.Count)
            yield return $"requests that still run or leases that were not given back: {Leases - _strays.Count}";
    }

    /// <summary>Keeps the instance until code that went on after its call has ended.</summary>
    public void HoldUntil(Task code, string name)
    {
        _leases.Add();
        var key = new object();
        NameRunning(key, name);
        _ = code.ContinueWith(
            _ =>
            {
                RemoveStray(key);
                Release();
            },
            CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    public void AddStray(PluginCall call) => _strays[call] = call.ToString();

    /// <summary>Names a lifecycle call that runs, for the report of what kept an instance alive.</summary>
    public void NameRunning(object key, string name) => _strays[key] = name;

    public void RemoveStray(object call) => _strays.TryRemove(call, out _);

    private void AnswerWaiting()
    {
        foreach (var call in Waiting.All())
        {
            try
            {
                call.AnswerStopped();
            }
            catch (Exception)
            {
                // One whose answer fails keeps no other waiting.
            }
        }
    }

    private void FollowBreaker()
    {
        BreakerState state;
        do
        {
            // Whoever changed it after this change may have been quicker to tell: what is told last is what is so.
            state = Breaker.State;
            DegradedChanged?.Invoke(state != BreakerState.Closed, $"the circuit breaker is {BreakerSnapshot.Name(state)}");
        }
        while (state != Breaker.State);
    }
}
