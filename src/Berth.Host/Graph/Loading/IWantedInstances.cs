namespace Berth.Host.Graph.Loading;

/// <summary>Which versions run from the start of the host, before anybody asks for them. Without an implementation, none.</summary>
public interface IWantedInstances
{
    /// <summary>All of them; what they need is found by the loader.</summary>
    ValueTask<IReadOnlyCollection<PluginVersionId>> AllAsync(CancellationToken cancellationToken);
}

/// <summary>Everything waits until it is asked for.</summary>
internal sealed class NothingWanted : IWantedInstances
{
    public ValueTask<IReadOnlyCollection<PluginVersionId>> AllAsync(CancellationToken cancellationToken) => ValueTask.FromResult<IReadOnlyCollection<PluginVersionId>>([]);
}
