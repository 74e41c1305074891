using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Berth.Contracts;
using Berth.Host.Dispatch;
using Berth.Host.Health;
using Berth.Host.Services;
using Berth.Worker.Protocol;

namespace Berth.Host.Isolation.Worker;

/// <summary>
/// What the host knows of one worker while it talks to it: the calls that run there, each with whose it is, the contracts
/// that it was compiled against, its subscriptions. A worker reaches what belongs to users only through a call that runs.
/// </summary>
internal sealed class WorkerSession(PluginVersionId id, Broker.BrokerAllowance allowance, DataUses uses)
{
    private const int IdBytes = 16;

    // Asking the system's generator costs more than what it makes.
    private const int IdsDrawnAtOnce = 64;

    [ThreadStatic]
    private static byte[]? _drawn;

    [ThreadStatic]
    private static int _used;

    private readonly ConcurrentDictionary<string, OpenCall> _calls = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource<WorkerReady> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public PluginVersionId Id { get; } = id;

    /// <summary>Counts what its calls use of their users' data.</summary>
    public DataUses Uses { get; } = uses;

    /// <summary>What the worker may ask of the host.</summary>
    public Broker.BrokerAllowance Allowance { get; } = allowance;

    /// <summary>Ends when the worker has configured the plugin; with a <see cref="WorkerFaultException"/> when it cannot.</summary>
    public Task<WorkerReady> Ready => _ready.Task;

    /// <summary>The instance in the host; <see langword="null"/> until it is configured.</summary>
    public Pipeline.InstanceParts? Parts { get; set; }

    /// <summary>The contracts of other plugins' services that it consumes, by fingerprint.</summary>
    public ConcurrentDictionary<string, ServiceContract> Contracts { get; } = new(StringComparer.Ordinal);

    /// <summary>The calls, as its way out sees them; <see langword="null"/> where it has none.</summary>
    public Network.NetworkCalls? Network { get; set; }

    /// <summary>Its subscriptions, by its own numbers.</summary>
    public ConcurrentDictionary<long, IDisposable> Subscriptions { get; } = new();

    /// <summary>Its plugin's background services that died.</summary>
    public BackgroundLosses BackgroundLosses { get; } = new();

    public void Tell(WorkerReady ready) => _ready.TrySetResult(ready);

    public void Tell(WorkerFault fault) => _ready.TrySetException(new WorkerFaultException(fault));

    /// <summary>Opens a call of a request, whose services are made when they are first needed.</summary>
    public OpenCall Open(CallServices services) => Add(new OpenCall(this, NextId(), services.User, () => services.RequestServices, services.Token.Token));

    /// <summary>Opens a call that runs in a scope of its own.</summary>
    public OpenCall Open(IUserScope user, IServiceProvider? services, CancellationToken ending) =>
        Add(new OpenCall(this, NextId(), user, () => services ?? throw new InvalidOperationException("This call has no services."), ending));

    /// <summary>The call of that id, while it runs.</summary>
    public OpenCall? Find(string call) => _calls.GetValueOrDefault(call);

    public void Remove(OpenCall call)
    {
        _calls.TryRemove(call.Id, out _);
        Network?.Leave(call.Id);
    }

    /// <summary>Ends what the host keeps for the worker.</summary>
    public void End()
    {
        foreach (var subscription in Subscriptions.Values)
            subscription.Dispose();
        Subscriptions.Clear();
        _calls.Clear();
        BackgroundLosses.End();
        _ready.TrySetException(new WorkerStartException("the worker ended before it was ready."));
        _ = _ready.Task.Exception;
    }

    // A secret: code that runs in a call must not name another one by guessing. What it reads in its own process it can name.
    private static string NextId()
    {
        var drawn = _drawn ??= new byte[IdBytes * IdsDrawnAtOnce];
        if (_used == drawn.Length || _used == 0)
        {
            RandomNumberGenerator.Fill(drawn);
            _used = 0;
        }

        var id = drawn.AsSpan(_used, IdBytes);
        _used += IdBytes;
        var text = Base64Url.EncodeToString(id);
        // Each is there once.
        id.Clear();
        return text;
    }

    private OpenCall Add(OpenCall call)
    {
        _calls[call.Id] = call;
        Network?.Enter(call.Id, call.User, call.Ending);
        return call;
    }
}

/// <summary>One call that runs in a worker.</summary>
internal sealed class OpenCall(WorkerSession session, string id, IUserScope user, Func<IServiceProvider> services, CancellationToken ending) : IDisposable
{
    // More than a call asks that does not make a loop of it.
    private const int FreeQuestions = 32;

    private int _hasAskedGuards;
    private int _questions;

    public string Id { get; } = id;

    public IUserScope User { get; } = user;

    /// <summary>Cancelled when the call is over.</summary>
    public CancellationToken Ending { get; } = ending;

    /// <summary>The documents, out of reach when the call is over. Each use is counted.</summary>
    public IUserData Data => field ??= new CallUserData(User.Data, Ending, operation => Note(DataUses.UserData, operation));

    /// <summary>The settings; each look at them is counted.</summary>
    public string ReadSettings()
    {
        Note(DataUses.Settings, DataUses.Read);
        return User.SettingsJson;
    }

    /// <summary>The host's side of the call's services.</summary>
    public IServiceProvider Services => services();

    /// <summary>The user, as the worker is told.</summary>
    public WorkerUser Message => new(User.User.Id, User.User.Name, User.User.Roles, (IReadOnlyCollection<string>)User.GrantedCapabilities);

    /// <summary>True for the first who wants to ask the call's guards.</summary>
    public bool TryAskGuards() => Interlocked.Exchange(ref _hasAskedGuards, 1) == 0;

    /// <summary>True for the first questions that the worker asks in this call.</summary>
    public bool TryAskFreely() => Volatile.Read(ref _questions) < FreeQuestions && Interlocked.Increment(ref _questions) <= FreeQuestions;

    public void Dispose() => session.Remove(this);

    private void Note(string what, string operation) => session.Uses.Note(session.Id, User.User.Id, what, operation);
}

/// <summary>The worker says why the version cannot run.</summary>
internal sealed class WorkerFaultException(WorkerFault fault) : Exception(fault.Reason)
{
    public WorkerFault Fault => fault;
}
