using Berth.Host.Dispatch;
using Microsoft.AspNetCore.Http;

namespace Berth.Host;

/// <summary>One reference to a running instance; given back once, however often it is disposed.</summary>
internal sealed class InstanceLease(RunningInstance instance) : IInstanceLease
{
    private RunningInstance? _instance = instance;

    public PluginVersionId Id { get; } = instance.Parts.Id;

    public ILifecycleCalls Lifecycle => Instance.Lifecycle;

    /// <summary>The instance itself, for the host's own calls into it.</summary>
    public RunningInstance Running => Instance;

    private RunningInstance Instance => Volatile.Read(ref _instance) ?? throw new ObjectDisposedException(nameof(IInstanceLease), $"The lease on {Id} was given back.");

    public Task<DispatchOutcome> DispatchAsync(HttpContext context, IUserScope user, PathString pathBase, PathString path)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(user);
        return Instance.DispatchAsync(context, user, pathBase, path);
    }

    public void Dispose() => Interlocked.Exchange(ref _instance, null)?.Release();
}
