using Berth.Host.Events;

namespace Berth.Host.Isolation.Network;

/// <summary>Opens the way to the network of an instance, whatever level it runs at.</summary>
internal sealed class NetworkGates(HostOptions options, IHostEvents events, Limits.LimitTrail limits, TimeProvider time)
{
    /// <summary>The gate of one instance; ends with it.</summary>
    /// <param name="files">The version.</param>
    /// <param name="context">Tells the capabilities that are in force, at every connection anew.</param>
    /// <param name="bytesPerSecond">What it may send and receive at most; the host's own bound holds besides.</param>
    public NetworkGate Open(PluginVersionFiles files, IPluginContext context, long bytesPerSecond)
    {
        var network = options.Network;
        return new NetworkGate(
            files.Id, new NetworkGrant(files.Id, files.Manifest.Security.NetworkHosts, network.Rules), () => context.Capabilities, network,
            (happened, userId) => events.Raise(happened, files.Id, userId), time, Bandwidth.Of(Math.Min(network.BytesPerSecond, bytesPerSecond), () => limits.Note(files.Id, Limits.LimitTrail.Bandwidth)));
    }
}
