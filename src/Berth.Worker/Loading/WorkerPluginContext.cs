using System.Collections.Frozen;
using Berth.Worker.Protocol;
using Microsoft.Extensions.Logging;

namespace Berth.Worker.Loading;

/// <summary>What the plugin knows about itself.</summary>
internal sealed class WorkerPluginContext(WorkerHello hello, ILogger logger) : IPluginContext
{
    // Never disposed: a late reader of the token gets a cancelled token instead of an exception.
    private readonly CancellationTokenSource _unloading = new();
    private readonly Stack<IDisposable> _owned = new();
    private readonly Lock _gate = new();

    public string Slug => hello.Slug;

    public string Version => hello.Version;

    public ILogger Logger => logger;

    public IReadOnlySet<string> Capabilities { get; } = hello.Capabilities.ToFrozenSet(StringComparer.Ordinal);

    public string Directory => hello.Directory;

    public CancellationToken Unloading => _unloading.Token;

    public T Own<T>(T resource)
        where T : IDisposable
    {
        lock (_gate)
        {
            if (!_unloading.IsCancellationRequested)
            {
                _owned.Push(resource);
                return resource;
            }
        }

        resource.Dispose();
        return resource;
    }

    public Task CancelAsync() => _unloading.CancelAsync();

    /// <summary>Disposes what was handed over, the newest first, whatever it throws.</summary>
    public void Release()
    {
        while (true)
        {
            IDisposable? next;
            lock (_gate)
            {
                if (!_owned.TryPop(out next))
                    return;
            }

            try
            {
                next.Dispose();
            }
            catch (Exception exception)
            {
                Console.Error.WriteLine($"What the plugin handed over could not be disposed: {OutcomeMapping.Describe(exception)}");
            }
        }
    }
}
