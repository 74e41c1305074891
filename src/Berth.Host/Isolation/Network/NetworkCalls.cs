using System.Collections.Concurrent;

namespace Berth.Host.Isolation.Network;

/// <summary>
/// The calls that run in one worker, as its way out sees them. The kernel does not know in whose call a socket is opened: the worker
/// says it by the call's id, which is a secret. Promise: no connection is opened for a call whose user did not grant the network,
/// nor outside of calls, and nothing is sent while no call runs whose user did.
/// </summary>
/// <param name="id">The version that the worker runs.</param>
/// <param name="capabilities">What the version declares and its trust permits, asked anew for each call.</param>
internal sealed class NetworkCalls(PluginVersionId id, Func<IReadOnlySet<string>> capabilities)
{
    private readonly ConcurrentDictionary<string, RunningCall> _calls = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private int _granted;
    private int _waiting;
    private TaskCompletionSource? _next;

    /// <summary>Whether a call runs whose user granted the network.</summary>
    public bool MaySend => Volatile.Read(ref _granted) > 0;

    /// <summary>How many wait until something may be sent.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>A call begins.</summary>
    public void Enter(string call, IUserScope user, CancellationToken ending)
    {
        var running = new RunningCall(user.User.Id, Needed(capabilities()).Any(user.GrantedCapabilities.Contains), ending);
        _calls[call] = running;
        if (!running.IsGranted)
            return;
        TaskCompletionSource? next;
        lock (_gate)
        {
            _granted++;
            (next, _next) = (_next, null);
        }

        next?.SetResult();
    }

    /// <summary>A call is over.</summary>
    public void Leave(string call)
    {
        if (!_calls.TryRemove(call, out var left) || !left.IsGranted)
            return;
        lock (_gate)
            _granted--;
    }

    /// <summary>For whom a connection would be that is asked for in a call, and whether it may be.</summary>
    /// <param name="call">The id that was shown; <see langword="null"/>: none was.</param>
    public NetworkCaller Judge(string? call)
    {
        if (call is null || !_calls.TryGetValue(call, out var running) || running.Ending.IsCancellationRequested)
        {
            return new NetworkCaller(null, new NetworkRefusal(
                NetworkCodes.NoCall, $"{id} asked for a connection outside of a call that runs, or did not say in which one. The network is there for the user of a call: use the HttpClient of the call's services, before the call ends."));
        }

        // What the version itself may not is said in its own words, by whoever judges the host.
        var needed = Needed(capabilities()).ToList();
        return new NetworkCaller(
            running.UserId,
            running.IsGranted || needed.Count == 0
                ? null
                : new NetworkRefusal(NetworkCodes.NotGranted, $"The user of this call has not granted {string.Join(" or ", needed)} to {id.Slug}. Grant it: `berth grant {id.Slug} {needed[0]}`."),
            this);
    }

    /// <summary>Waits until a call runs whose user granted the network.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            while (Next() is { } next)
                await next.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private Task? Next()
    {
        lock (_gate)
            return _granted > 0 ? null : (_next ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }

    private static IEnumerable<string> Needed(IReadOnlySet<string> capabilities) => ((string[])[Capabilities.HttpClient, Capabilities.WebSocket]).Where(capabilities.Contains);

    private sealed record RunningCall(string UserId, bool IsGranted, CancellationToken Ending);
}
