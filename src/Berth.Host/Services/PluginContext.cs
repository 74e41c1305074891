using System.Collections.Frozen;
using Berth.Host.Isolation;
using Berth.Host.Resources;
using Microsoft.Extensions.Logging;

namespace Berth.Host.Services;

/// <summary>What a loaded version knows about itself; made by the host, so that it is safe in anybody's hands.</summary>
internal sealed class PluginContext(PluginVersionFiles files, ILogger logger, TimeProvider time, ITrustCeilings ceilings) : IPluginContext
{
    // Never disposed: a late reader of the token gets a cancelled token instead of an exception.
    private readonly CancellationTokenSource _unloading = new();
    private volatile Permitted? _permitted;

    public string Slug { get; } = files.Id.Slug;

    public string Version { get; } = files.Id.Version;

    public ILogger Logger { get; } = logger;

    // A policy that changes is in force for what runs, too: without a reload, from the next question on.
    public IReadOnlySet<string> Capabilities
    {
        get
        {
            var known = _permitted;
            var generation = ceilings.Generation;
            if (known is null || known.Generation != generation)
                _permitted = known = new Permitted(generation, files.Manifest.Security.Capabilities.Where(name => ceilings.Permits(Slug, files.TrustLevel, name)).ToFrozenSet(StringComparer.Ordinal));
            return known.Names;
        }
    }

    /// <summary>What the version may use at most; what the host does for it is bounded by the same.</summary>
    public WorkerLimits Limits { get; set; } = new();

    public string Directory { get; } = Path.GetFullPath(files.Directory);

    public CancellationToken Unloading => _unloading.Token;

    /// <summary>What ends with the instance.</summary>
    public InstanceResources Resources { get; } = new(time);

    public T Own<T>(T resource)
        where T : IDisposable
    {
        Resources.Own(resource);
        return resource;
    }

    /// <summary>Cancels <see cref="Unloading"/>. The plugin's callbacks run on the pool; what they throw is in the task.</summary>
    public Task CancelAsync() => _unloading.CancelAsync();

    private sealed record Permitted(int Generation, FrozenSet<string> Names);
}
