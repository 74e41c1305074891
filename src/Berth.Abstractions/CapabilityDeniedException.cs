namespace Berth;

/// <summary>A plugin used a capability that it did not declare, its trust level forbids, or the user did not grant; or used one for what it does not permit.</summary>
public sealed class CapabilityDeniedException : Exception
{
    /// <summary>Creates the exception for one capability.</summary>
    /// <param name="capability">For example <c>network:http-client</c>.</param>
    /// <param name="reason">Which of the three it is, as a sentence for the plugin's user.</param>
    public CapabilityDeniedException(string capability, string reason)
        : this(capability, "is not in force", reason)
    {
    }

    private CapabilityDeniedException(string capability, string standing, string reason)
        : base($"Capability '{capability}' {standing}: {reason}")
    {
        Capability = capability;
    }

    /// <summary>Creates the exception for a capability that is in force, and does not permit what was tried with it.</summary>
    /// <param name="capability">For example <c>network:http-client</c>.</param>
    /// <param name="reason">What it does not reach, as a sentence for the plugin's user.</param>
    public static CapabilityDeniedException OutOfReach(string capability, string reason) =>
        new(capability, "is in force, but does not permit this", reason);

    /// <summary>The capability, for example <c>network:http-client</c>.</summary>
    public string Capability { get; }
}
