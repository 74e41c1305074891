using System.Collections.Frozen;
using Berth.Host.Resources;
using Microsoft.Extensions.Logging;

namespace Berth.Host.Services;

/// <summary>What a loaded version knows about itself; made by the host, so that it is safe in anybody's hands.</summary>
internal sealed class PluginContext(PluginVersionFiles files, ILogger logger, TimeProvider time) : IPluginContext
{
    // Never disposed: a late reader of the token gets a cancelled token instead of an exception.
    private readonly CancellationTokenSource _unloading = new();

    public string Slug { get; } = files.Id.Slug;

    public string Version { get; } = files.Id.Version;

    public ILogger Logger { get; } = logger;

    public IReadOnlySet<string> Capabilities { get; } = CapabilityCeiling.Apply(files.Manifest.Security.Capabilities, files.TrustLevel).ToFrozenSet(StringComparer.Ordinal);

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
}
