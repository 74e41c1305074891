namespace Berth;

/// <summary>A plugin used a capability that it did not declare, its trust level forbids, or the user did not grant.</summary>
public sealed class CapabilityDeniedException : Exception
{
    /// <summary>Creates the exception for one capability.</summary>
    /// <param name="capability">For example <c>network:http-client</c>.</param>
    /// <param name="reason">Which of the three it is, as a sentence for the plugin's user.</param>
    public CapabilityDeniedException(string capability, string reason)
        : base($"Capability '{capability}' is not in force: {reason}")
    {
        Capability = capability;
    }

    /// <summary>The capability, for example <c>network:http-client</c>.</summary>
    public string Capability { get; }
}
