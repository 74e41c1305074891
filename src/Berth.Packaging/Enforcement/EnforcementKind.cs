namespace Berth.Packaging.Enforcement;

/// <summary>What keeps code from using a capability that is not in force.</summary>
public enum EnforcementKind
{
    /// <summary>The operating system, whatever the code does.</summary>
    Kernel,

    /// <summary>The host, which is asked each time and sees the calling user's grant.</summary>
    Broker,

    /// <summary>The look at the code at publish, install and load: found where it is called directly, and not where it is hidden well enough.</summary>
    Scan,

    /// <summary>Nothing: it can be done without the capability, and harms nobody but the plugin itself, or is a matter of trust.</summary>
    Nothing,

    /// <summary>Nothing at the level does what the capability permits, granted or not.</summary>
    NotOffered,
}
