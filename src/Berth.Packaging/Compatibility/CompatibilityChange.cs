namespace Berth.Packaging.Compatibility;

/// <summary>One difference between two versions of a plugin, as it looks to who uses it.</summary>
/// <param name="Severity">What it does to them.</param>
/// <param name="Code">Stable and dotted, for example <c>api.member_removed</c>.</param>
/// <param name="Subject">What it is about: a type, a member, a module, a setting, a capability.</param>
/// <param name="Message">What changed.</param>
public sealed record CompatibilityChange(ChangeSeverity Severity, string Code, string Subject, string Message);

/// <summary>What a change does to who uses the plugin.</summary>
public enum ChangeSeverity
{
    /// <summary>Nothing that worked stops working.</summary>
    Info,

    /// <summary>It can matter to some: a new capability to be granted, another default.</summary>
    Risky,

    /// <summary>Something that worked does not work any more.</summary>
    Breaking,
}
