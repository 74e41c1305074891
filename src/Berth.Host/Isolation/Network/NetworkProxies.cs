namespace Berth.Host.Isolation.Network;

/// <summary>Opens the way out of a worker.</summary>
internal sealed class NetworkProxies(NetworkGates gates, TimeProvider time) : IAsyncDisposable
{
    private readonly PlainForwarding _plain = new();

    /// <summary>A proxy for one worker, which serves nobody before <see cref="NetworkProxy.Admit"/>. It is worth opening only when a capability in force needs the network; it refuses everything otherwise.</summary>
    /// <param name="files">The version that the worker runs.</param>
    /// <param name="context">Tells the capabilities that are in force, at every connection anew.</param>
    /// <param name="calls">The calls that run in the worker.</param>
    /// <param name="path">Where it listens: a file that does not exist; at most 107 bytes.</param>
    /// <param name="bytesPerSecond">The limit of this worker; the host's own bound holds besides.</param>
    public NetworkProxy Open(PluginVersionFiles files, IPluginContext context, NetworkCalls calls, string path, long bytesPerSecond) =>
        NetworkProxy.Listen(gates.Open(files, context, bytesPerSecond), calls, path, _plain, time);

    public ValueTask DisposeAsync() => _plain.DisposeAsync();
}
