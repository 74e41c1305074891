namespace Berth.Worker.Network;

/// <summary>A connection that a plugin asked for was not made. The message is for people.</summary>
/// <param name="code">Stable; docs/network-capability.md lists them.</param>
/// <param name="isDenial">Whether it is not permitted, rather than not possible.</param>
/// <param name="message">Why, with what to do.</param>
internal sealed class NetworkRefusedException(string code, bool isDenial, string message, Exception? inner = null) : IOException(message, inner)
{
    public string Code => code;

    public bool IsDenial => isDenial;

    /// <summary>Whether the capability itself is not in force, rather than the host out of its reach.</summary>
    public bool IsOfCapability => code is "network.not_granted" or "network.no_call";
}
